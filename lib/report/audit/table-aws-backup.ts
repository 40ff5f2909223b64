import type { AwsBackupRow } from '../../audit/aws-backup/model.ts';
import type { Audit } from '../../audit/model.ts';
import { table } from '../format.ts';
import { scheduleText } from '../schedule-text.ts';
import { shortPlace } from './places.ts';
import type { Style } from './table.ts';

type Points = AwsBackupRow['points'][number];

const HEAD = ['rule', 'how often', 'promised', 'kept', 'copy kept', 'cold', 'line'];

/** What AWS Backup takes: a table for each group of resources, and once what holds for the vaults. */
export function awsBackupLines(audit: Audit, style: Style): string[] {
  const { awsBackup } = audit;
  if (awsBackup.length === 0) return [];
  const groups = Map.groupBy(awsBackup, ({ group }) => group);
  return [
    ...[...groups].flatMap(([group, rows]) => [
      `${group}  ${style('dim', rows[0] ? `${rows[0].resources.join(', ')} with ${rows[0].tag}` : '')}`,
      ...groupTable(audit, rows, style),
      `    ${restoreTestText(audit, rows[0])}`,
      '',
    ]),
    ...vaultLines(awsBackup),
  ];
}

function groupTable(audit: Audit, rows: readonly AwsBackupRow[], style: Style): string[] {
  const [head = '', ...body] = table(
    HEAD,
    rows.map((row) => cells(audit, row)),
  ).split('\n');
  return [
    style('dim', `    ${head}`),
    ...body.map((line, index) => {
      const kept = rows[index]?.kept;
      return `  ${kept ? style('green', '✓') : style('red', '✗')} ${line}`;
    }),
  ];
}

function cells(audit: Audit, row: AwsBackupRow): string[] {
  const { rule, tier, schedule, promisedDays, points } = row;
  const [primary, replica] = (['primary', 'replica'] as const).map((role) =>
    points.find((one) => one.role === role),
  );
  return [
    rule,
    tier === null ? 'continuous' : scheduleText(schedule),
    days(promisedDays),
    primary ? days(primary.keepDays) : 'none',
    replica ? days(replica.keepDays) : 'none',
    coldText(primary),
    primary ? shortPlace(audit, primary.place) : '',
  ];
}

const days = (count: number | null): string => (count === null ? 'for ever' : `${count} d`);

const coldText = (points: Points | undefined): string =>
  points === undefined || points.coldAfterDays === null ? 'no' : `after ${points.coldAfterDays} d`;

function restoreTestText(audit: Audit, row: AwsBackupRow | undefined): string {
  if (!row?.restoreTest) return 'never tried by a restore';
  const { schedule, place } = row.restoreTest;
  const line = place ? ` (${shortPlace(audit, place)})` : ': NO TEST IN THE FILES';
  return `tried by a restore ${scheduleText(schedule)}${line}`;
}

function vaultLines(rows: readonly AwsBackupRow[]): string[] {
  const vaults = new Map(rows.flatMap(({ points }) => points.map((one) => [one.region, one])));
  if (vaults.size === 0) return ['NO VAULT IN THE FILES'];
  return [...vaults.values()].flatMap((one) => [
    `${one.region}  ${one.role}  vault ${one.vault}`,
    `  ${one.key === null ? 'NO KEY OF ITS OWN' : `encrypted with ${one.key}`}; ${lockText(one)}`,
  ]);
}

/** What its lock allows to keep, which nobody can go below or above. */
export function lockText({ lock }: Points): string {
  if (!lock) return 'no lock';
  const { mode, minDays, maxDays } = lock;
  const bounds = `${minDays === null ? 'no shortest' : `${minDays} d at least`}, ${maxDays === null ? 'no longest' : `${maxDays} d at most`}`;
  return `locked in ${mode} mode: ${bounds}`;
}
