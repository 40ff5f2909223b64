import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { basesOf } from '../proof/bases.ts';
import type { Continuous } from '../proof/continuous.ts';
import { formatSeconds } from '../values/duration.ts';
import { roleOf } from '../values/rows.ts';
import { kindText } from './words.ts';

/** How far back recovery to any moment reaches. */
export const checkWindow = ({ sources }: CheckedPlan): Finding[] =>
  sources.flatMap((source) =>
    source.continuous.flatMap((continuous) =>
      roleOf(continuous.row.kind) === 'mirror'
        ? [ofMirror(source, continuous)]
        : ofLog(source, continuous),
    ),
  );

function ofMirror(source: CheckedSource, continuous: Continuous): Finding {
  return continuous.reachSeconds > 0
    ? withVersions(source, continuous)
    : followsAll(source, continuous);
}

const followsAll = ({ name, pathOf }: CheckedSource, { row }: Continuous): Finding => ({
  code: 'TM209',
  severity: 'info',
  path: pathOf('protect', row.index),
  message: `the live copy of ${name} keeps nothing that it replaces: it answers for the loss of the server, and what is deleted or written wrongly comes back from the other rows only`,
  value: row.row,
  remedy: 'nothing to do; judge the other rows by what may be lost to a mistake',
});

const withVersions = (
  { name, pathOf }: CheckedSource,
  { row, reachSeconds }: Continuous,
): Finding => ({
  code: 'TM103',
  severity: 'info',
  path: pathOf('protect', row.index),
  message: Number.isFinite(reachSeconds)
    ? `${name} can be brought back as it was at every moment of the last ${formatSeconds(reachSeconds)}: the live copy keeps what was replaced or deleted as long as that`
    : `${name} can be brought back as it was at every moment since the copying began: the live copy never forgets what was replaced or deleted`,
  value: row.row,
  remedy: Number.isFinite(reachSeconds)
    ? 'nothing to do; keep replaced versions longer if recovery must reach further back'
    : 'nothing to do',
});

function ofLog(source: CheckedSource, { row, reachSeconds }: Continuous): Finding[] {
  const { name, rows, scheduled } = source;
  if (!Number.isFinite(reachSeconds)) return [];
  // Without a backup at some moments, the retention of what continues it does not matter.
  if (!Number.isFinite(scheduled.lossSeconds)) return [];
  const [base] = basesOf(row.kind, rows);
  if (!base) return [];
  const because = `${kindText(row.kind)} is kept ${row.tiers[0]?.class.name}, and ${base.kind} backups start up to ${formatSeconds(base.longestGapSeconds)} apart and may take ${formatSeconds(base.deadlineSeconds)}`;
  const found = { path: source.pathOf('protect', row.index), value: row.row };
  if (reachSeconds <= 0) {
    return [
      {
        code: 'TM104',
        severity: 'error',
        ...found,
        message: `there are moments at which ${name} cannot be recovered to any earlier moment: ${because}`,
        remedy: `keep ${kindText(row.kind)} and ${base.kind} backups longer than the time between two of these, or take them more often`,
      },
    ];
  }
  return [
    {
      code: 'TM103',
      severity: 'info' as const,
      ...found,
      message: `${name} can be recovered to every moment of the last ${formatSeconds(reachSeconds)}: ${because}`,
      remedy: `nothing to do; keep ${kindText(row.kind)} and ${base.kind} backups longer if recovery must reach further back`,
    },
  ];
}
