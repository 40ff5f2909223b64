import type { Restored } from '../engines/agents.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { formatBytes, formatInstant } from './format.ts';

/** What came back, up to which commit, and how long it took. */
export function restoreText({
  backup,
  target,
  lastCommitAt,
  lsn,
  timeline,
  bytes,
  seconds,
}: Restored): string {
  const upTo =
    lastCommitAt === null
      ? 'the state of the base backup'
      : `last commit ${formatInstant(lastCommitAt)}`;
  return [
    `restored ${target}`,
    `  from    ${backup} and ${formatBytes(bytes.wal)} of WAL`,
    `  up to   ${upTo} (${lsn}, timeline ${timeline})`,
    `  took    ${formatSeconds(seconds.total)}: base ${formatSeconds(seconds.base)}, WAL ${formatSeconds(seconds.wal)}, recovery ${formatSeconds(seconds.recovery)}`,
    '  next    start the server on it; it begins a new timeline, so take a new base backup',
  ].join('\n');
}
