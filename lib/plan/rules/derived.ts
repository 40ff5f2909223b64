import { reasonNotDerived } from '../../engines/plan-rules.ts';
import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import type { ResolvedRow } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';
import { roleOf } from '../values/rows.ts';
import { kindText } from './words.ts';

/** Whether this release takes the backups that the plan describes. */
export function checkDerived({ sources }: CheckedPlan): Finding[] {
  return sources.flatMap((source) => {
    const missing = source.rows.filter(({ derived }) => !derived);
    // Beside rows that are taken, one that shall complete them is a hole in what they promise.
    const some = missing.length < source.rows.length;
    const between = missing.filter(
      ({ kind, metBy }) => some && (metBy || roleOf(kind) === 'delta'),
    );
    return [
      ...between.map((row) => notTaken(source, row)),
      ...withoutJob(
        source,
        missing.filter((row) => !between.includes(row)),
      ),
    ];
  });
}

function notTaken(source: CheckedSource, row: ResolvedRow): Finding {
  const why =
    reasonNotDerived(source.config, row.kind) ??
    `${row.kind} backups of ${source.config.engine} are not taken by this release`;
  const found = { code: 'TM203', path: source.pathOf('protect', row.index), value: row.row };
  if (row.metBy === null) {
    return {
      ...found,
      severity: 'error',
      message: `no job is derived from this row, and nothing keeps its promise: ${why}`,
      remedy: "write wal({ flush: '60s' }) instead of the row",
    };
  }
  return {
    ...found,
    severity: 'warning',
    message: `no job is derived from this row: ${why}; its promise is kept by ${kindText(row.metBy)}, which covers every moment between two full backups and loses at most ${formatSeconds(source.proof.worstLossSeconds)}`,
    remedy:
      'remove the row, or accept this with an exemption that says why the row stands in the plan',
  };
}

function withoutJob({ name, config }: CheckedSource, rows: readonly ResolvedRow[]): Finding[] {
  if (rows.length === 0) return [];
  const kinds = rows.map(({ kind }) => kind).join(', ');
  return [
    {
      code: 'TM507',
      severity: 'warning',
      path: `sources.${name}`,
      message: `no job is derived for ${name} by this release: its ${kinds} rows of ${config.engine} are checked and proven, but nobody takes these backups`,
      value: rows.map(({ row }) => row),
      remedy:
        'take them by other means until a release does, and accept this with an exemption that says by which',
    },
  ];
}
