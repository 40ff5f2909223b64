import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { minusEachKind, Series } from './promql.ts';

/** Units as Grafana calls them. */
type Unit = 's' | 'bytes' | 'percentunit' | 'short';

export interface Query {
  readonly expr: string;
  /** Labels in braces are filled in. */
  readonly legend: string;
}

/** A graph over time, or one number where `single`. */
export interface Panel {
  readonly title: string;
  /** What to look for. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Of a single number: from here on it is red. */
  readonly single?: { readonly redFrom?: number };
}

const SOURCE = '{{source}}';
const KIND = '{{source}} {{kind}}';

/** Numbers that say at a glance whether something is wrong. */
export function overview(
  compiled: CompiledPlan,
  { refreshSeconds }: NonNullable<CompiledPlan['monitoring']>,
): Panel[] {
  const series = new Series(compiled);
  const one = (
    title: string,
    description: string,
    unit: Unit,
    expr: string,
    single: Panel['single'] = {},
  ): Panel => ({ title, description, unit, queries: [{ expr, legend: '' }], single });
  return [
    one(
      'Sources',
      'How many the exporter looks at.',
      'short',
      `count(${series.bySource('health')})`,
    ),
    one(
      'Critical',
      'Sources that are not protected as the plan promises.',
      'short',
      `count(${series.bySource('health')} == 2) or vector(0)`,
      { redFrom: 1 },
    ),
    one(
      'Problems found',
      'By verifications, of stored backups and logs.',
      'short',
      `sum(${series.bySource('verificationProblems')}) or vector(0)`,
      { redFrom: 1 },
    ),
    one(
      'Last look',
      'Time since the store last told everything about every source. Whatever is older than this is not known.',
      's',
      `time() - min(${series.bySource('looked')})`,
      { redFrom: 3 * refreshSeconds },
    ),
  ];
}

/** What each source looks like over time. */
export function graphs(compiled: CompiledPlan): Panel[] {
  const series = new Series(compiled);
  const graph = (
    title: string,
    description: string,
    unit: Unit,
    ...queries: readonly (readonly [expr: string, legend: string])[]
  ): Panel => ({
    title,
    description,
    unit,
    queries: queries.map(([expr, legend]) => ({ expr: selected(expr), legend })),
  });
  return [
    graph(
      'Age of the newest backup',
      'Rises between two backups, and falls with each. Beyond the dashed line it is missing.',
      's',
      [`time() - ${series.byKind('backupNewest', ' > 0')}`, KIND],
      [series.byKind('backupAllowedAge'), `${KIND} allowed`],
    ),
    graph(
      'Recovery point: log that is not stored',
      'What would be lost if the server were lost now, held against the objective.',
      's',
      [minusEachKind(series.bySource('looked', ' > 0'), series.byKind('logStored', ' > 0')), KIND],
      [series.byKind('logAllowedLag'), `${KIND} allowed`],
    ),
    graph(
      'Lost log',
      'Gaps behind which no backup begins, so that nothing written since can be restored, or of the last two days.',
      'short',
      [series.byKind('logGaps'), KIND],
    ),
    graph('Size of the newest backup', 'Before compression.', 'bytes', [
      series.byKind('backupBytes'),
      KIND,
    ]),
    graph(
      'Its size, of the average',
      'A backup that is suddenly small may hold less than it should.',
      'percentunit',
      [series.byKind('backupSizeRatio'), KIND],
    ),
    graph('How long it took', 'Of the newest backup.', 's', [
      series.byKind('backupDuration'),
      KIND,
    ]),
    graph('Failed runs since a success', 'Of each kind of backups.', 'short', [
      series.byKind('backupFailures'),
      KIND,
    ]),
    graph(
      'Time since a verification',
      'That read stored bytes again, whatever it found.',
      's',
      [`time() - ${series.bySource('verificationNewest', ' > 0')}`, SOURCE],
      [series.bySource('verificationAllowedAge'), `${SOURCE} allowed`],
    ),
    graph(
      'Time since a drill',
      'That restored the source, and whose checks passed.',
      's',
      [`time() - ${series.bySource('drillNewest', ' > 0')}`, SOURCE],
      [series.bySource('drillAllowedAge'), `${SOURCE} allowed`],
    ),
    graph(
      'Recovery time, measured by drills',
      'Held against the objective of the plan.',
      's',
      [series.bySource('drillRecoveryTime'), SOURCE],
      [series.bySource('objectiveRecoveryTime'), `${SOURCE} objective`],
    ),
    graph(
      'Loss, measured by drills',
      'Held against the objective of the plan.',
      's',
      [series.bySource('drillLoss'), SOURCE],
      [series.bySource('objectiveLoss'), `${SOURCE} objective`],
    ),
    graph(
      'Held back by replication slots',
      "On the server's disk, until the store has it. At its limit the server gives it up.",
      'bytes',
      [series.bySource('slotRetained'), SOURCE],
      [series.bySource('slotLimit'), `${SOURCE} limit`],
    ),
  ];
}

/** Only of the sources that are chosen at the top of the dashboard. */
const selected = (expr: string): string => expr.replaceAll('"}', '",source=~"$source"}');
