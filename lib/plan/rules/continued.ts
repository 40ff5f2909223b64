import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { basesOf, needsBase } from '../proof/bases.ts';
import { keepSeconds, shortestKeepSeconds } from '../proof/series.ts';
import type { ResolvedRow } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';
import { roleOf } from '../values/rows.ts';
import { kindText } from './words.ts';

/** Whether what continues a backup finds one, for as long as it is kept itself. */
export function checkContinued({ sources }: CheckedPlan): Finding[] {
  return sources.flatMap((source) =>
    source.rows
      .filter(({ kind }) => needsBase(kind))
      .flatMap((row) => {
        const bases = basesOf(row.kind, source.rows);
        if (bases.length === 0) return [nothingToContinue(source, row)];
        return roleOf(row.kind) === 'log'
          ? logWithoutBase(source, bases, row)
          : bases.flatMap((parent) => chain(source, parent, row));
      }),
  );
}

const nothingToContinue = (source: CheckedSource, row: ResolvedRow): Finding => ({
  code: 'TM205',
  severity: 'error',
  path: source.pathOf('protect', row.index),
  message: `the plan takes no backup of ${source.name} that ${row.kind} could continue: ${others(source, row)} cannot be`,
  value: row.row,
  remedy: `add a row of backups that can be, such as ${row.kind === 'aof' ? "snapshot({ every: '1h' })" : "full({ at: '03:00' })"}, or remove this one`,
});

const others = ({ rows }: CheckedSource, row: ResolvedRow): string =>
  rows
    .filter((other) => other !== row)
    .map(({ kind }) => kind)
    .join(' and ');

/** A child taken just before the next parent still needs its own when it is about to expire itself. */
function chain(source: CheckedSource, parent: ResolvedRow, child: ResolvedRow): Finding[] {
  const parentKeep = shortestKeepSeconds(parent);
  const childKeep = shortestKeepSeconds(child);
  const span = parent.longestGapSeconds + parent.deadlineSeconds + child.deadlineSeconds;
  if (parentKeep >= childKeep + span) return [];
  return [
    {
      code: 'TM202',
      severity: 'error',
      path: source.pathOf('protect', child.index),
      message: `${child.kind} backups of ${source.name} are kept ${formatSeconds(childKeep)} but lose their parent earlier: the ${parent.kind} backup is kept ${formatSeconds(parentKeep)}, and a chain spans up to ${formatSeconds(span)}`,
      value: child.row,
      remedy: `keep ${parent.kind} backups at least ${formatSeconds(childKeep + span)}, or ${child.kind} ones shorter`,
    },
  ];
}

function logWithoutBase(
  source: CheckedSource,
  bases: readonly ResolvedRow[],
  log: ResolvedRow,
): Finding[] {
  const keep = shortestKeepSeconds(log);
  const days = bases.flatMap(({ tiers }) => tiers.map((tier) => tier.class.days));
  const longest = Math.max(...days.map(keepSeconds));
  if (keep <= longest) return [];
  const kinds = bases.map(({ kind }) => kind).join(' or ');
  return [
    {
      code: 'TM204',
      severity: 'warning',
      path: source.pathOf('protect', log.index),
      message: `${kindText(log.kind)} is kept ${formatSeconds(keep)} but no ${kinds} backup longer than ${formatSeconds(longest)}: older ${kindText(log.kind)} can never be replayed`,
      value: log.row,
      remedy: `keep ${kinds} backups as long as ${kindText(log.kind)}, or ${kindText(log.kind)} shorter`,
    },
  ];
}
