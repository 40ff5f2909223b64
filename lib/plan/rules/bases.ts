import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { keepSeconds, shortestKeepSeconds } from '../proof.ts';
import type { ResolvedRow } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';

/** Whether what continues a base backup finds one, for as long as it is kept itself. */
export function checkBases({ sources }: CheckedPlan): Finding[] {
  return sources.flatMap((source) => {
    const row = (wanted: ResolvedRow['kind']) => source.rows.find(({ kind }) => kind === wanted);
    const full = row('full');
    const incremental = row('incremental');
    const wal = row('wal');
    if (!full) return [];
    return [
      ...gapWithoutBase(source, full),
      ...(incremental ? chain(source, full, incremental) : []),
      ...(incremental ? notDerived(source, incremental, wal) : []),
      ...(wal ? walWithoutBase(source, full, wal) : []),
    ];
  });
}

function gapWithoutBase(source: CheckedSource, full: ResolvedRow): Finding[] {
  if (source.baseReachSeconds >= 0) return [];
  return [
    {
      code: 'TM201',
      severity: 'error',
      path: source.pathOf('protect', full.index),
      message: `there are moments at which no full backup of ${source.name} exists: one is kept ${formatSeconds(shortestKeepSeconds(full))}, but the next is complete only ${formatSeconds(full.longestGapSeconds + full.deadlineSeconds)} after it started`,
      value: full.row,
      remedy: 'keep full backups longer than the time between two of them, or take them more often',
    },
  ];
}

/** A child taken just before the next full backup still needs its parent when it is about to expire itself. */
function chain(source: CheckedSource, full: ResolvedRow, child: ResolvedRow): Finding[] {
  const parentKeep = shortestKeepSeconds(full);
  const childKeep = shortestKeepSeconds(child);
  const span = full.longestGapSeconds + full.deadlineSeconds + child.deadlineSeconds;
  if (parentKeep >= childKeep + span) return [];
  return [
    {
      code: 'TM202',
      severity: 'error',
      path: source.pathOf('protect', child.index),
      message: `incremental backups of ${source.name} are kept ${formatSeconds(childKeep)} but lose their parent earlier: the full backup is kept ${formatSeconds(parentKeep)}, and a chain spans up to ${formatSeconds(span)}`,
      value: child.row,
      remedy: `keep full backups at least ${formatSeconds(childKeep + span)}, or incremental ones shorter`,
    },
  ];
}

function notDerived(
  source: CheckedSource,
  incremental: ResolvedRow,
  wal: ResolvedRow | undefined,
): Finding[] {
  const version = 'version' in source.config.server ? source.config.server.version : '';
  const why =
    Number(version) < 17
      ? `PostgreSQL ${version} has no incremental base backups (17 and later have)`
      : `incremental base backups of PostgreSQL ${version} are not taken by this release`;
  return [
    {
      code: 'TM203',
      severity: wal ? 'warning' : 'error',
      path: source.pathOf('protect', incremental.index),
      message: wal
        ? `no job is derived from this row: ${why}; its promise is kept by WAL, which covers every moment between two full backups and loses at most ${formatSeconds(source.proof.worstLossSeconds)}`
        : `no job is derived from this row, and nothing keeps its promise: ${why}`,
      value: incremental.row,
      remedy: wal
        ? 'remove the row, or accept this with an exemption that says why the row stands in the plan'
        : "write wal({ flush: '60s' }) instead of the row",
    },
  ];
}

function walWithoutBase(source: CheckedSource, full: ResolvedRow, wal: ResolvedRow): Finding[] {
  const walKeep = shortestKeepSeconds(wal);
  const longest = Math.max(...full.tiers.map(({ class: { days } }) => keepSeconds(days)));
  if (walKeep <= longest) return [];
  return [
    {
      code: 'TM204',
      severity: 'warning',
      path: source.pathOf('protect', wal.index),
      message: `WAL is kept ${formatSeconds(walKeep)} but no full backup longer than ${formatSeconds(longest)}: older WAL can never be replayed`,
      value: wal.row,
      remedy: 'keep full backups as long as WAL, or WAL shorter',
    },
  ];
}
