import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { reachSeconds, seriesOf, shortestKeepSeconds } from '../proof/series.ts';
import type { ResolvedRow } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';
import { roleOf } from '../values/rows.ts';

/** Whether there is a backup to restore at every moment. */
export function checkBases({ plan, sources }: CheckedPlan): Finding[] {
  return sources.flatMap((source) => {
    const points = source.rows.filter(({ kind }) => roleOf(kind) === 'point');
    const gaps = points.filter((row) => reachSeconds(seriesOf(row, plan.weekStartsOn)) < 0);
    return [
      ...gaps.map((row) => gapWithoutBackup(source, row)),
      ...(gaps.length === 0 ? oneFailure(source, points) : []),
      ...points.flatMap((row) => unchanged(source, row)),
      ...(points.length === 0 ? mirrorAlone(source) : []),
    ];
  });
}

const gapWithoutBackup = (source: CheckedSource, row: ResolvedRow): Finding => ({
  code: 'TM201',
  severity: 'error',
  path: source.pathOf('protect', row.index),
  message: `there are moments at which no ${row.kind} backup of ${source.name} exists: one is kept ${formatSeconds(shortestKeepSeconds(row))}, but the next is complete only ${formatSeconds(row.longestGapSeconds + row.deadlineSeconds)} after it started`,
  value: row.row,
  remedy: `keep ${row.kind} backups longer than the time between two of them, or take them more often`,
});

function oneFailure(source: CheckedSource, points: readonly ResolvedRow[]): Finding[] {
  const [row] = points;
  if (!row || source.proof.lossAfterFailureSeconds !== null) return [];
  return [
    {
      code: 'TM206',
      severity: 'warning',
      path: source.pathOf('protect', row.index),
      message: `one failed run is enough to leave nothing of ${source.name}: a ${row.kind} backup is kept ${formatSeconds(shortestKeepSeconds(row))}, which ends before the second one after it is complete`,
      value: row.row,
      remedy: `keep ${row.kind} backups longer than the time between three of them, or take them more often`,
    },
  ];
}

/** A backup that is only written when something has changed grows old while nothing does. */
function unchanged(source: CheckedSource, row: ResolvedRow): Finding[] {
  const keep = shortestKeepSeconds(row);
  if (row.kind !== 'change' || !Number.isFinite(keep)) return [];
  return [
    {
      code: 'TM208',
      severity: 'info',
      path: source.pathOf('protect', row.index, 'keep'),
      message: `while nothing changes in ${source.name}, its newest backup expires after ${formatSeconds(keep)}: what takes these backups has to write an unchanged one again before that, and the proof counts on it`,
      value: row.row.keep,
      remedy: "nothing to do; keep: 'forever' makes it independent of that",
    },
  ];
}

function mirrorAlone(source: CheckedSource): Finding[] {
  const [row] = source.rows;
  if (!row) return [];
  return [
    {
      code: 'TM207',
      severity: 'warning',
      path: source.pathOf('protect', row.index),
      message: `nothing but a live copy protects ${source.name}: it follows every deletion and every wrong write, ${forgets(row)}`,
      value: row.row,
      remedy: "add a row of backups, such as full({ at: '03:00', keep: '30d' })",
    },
  ];
}

function forgets(row: ResolvedRow): string {
  const keep = shortestKeepSeconds(row);
  return Number.isFinite(keep)
    ? `and what it replaced is gone after ${formatSeconds(keep)}`
    : 'and only the versions that it replaced tell what was there before';
}
