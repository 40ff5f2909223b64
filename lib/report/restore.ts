import type { Restored } from '../engines/agents.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { formatBytes, formatInstant } from './format.ts';

type Of<E extends Restored['engine']> = Extract<Restored, { engine: E }>;

/** What came back, up to which moment, and how long it took. */
export function restoreText(result: Restored): string {
  return result.engine === 'redis' ? redisText(result) : postgresqlText(result);
}

function redisText({ backup, target, recoveredTo, bytes, keys, seconds }: Of<'redis'>): string {
  return [
    `restored ${target}`,
    `  from    ${backup ?? 'the append-only log'}, ${formatBytes(bytes)}`,
    `  up to   ${formatInstant(recoveredTo)}, ${keys} keys`,
    `  took    ${formatSeconds(seconds.fetch + seconds.load)}: fetching ${formatSeconds(seconds.fetch)}, loading ${formatSeconds(seconds.load)}`,
    '  next    start Redis on it, with its append-only log or without',
  ].join('\n');
}

function postgresqlText({
  backup,
  target,
  lastCommitAt,
  lsn,
  timeline,
  bytes,
  seconds,
}: Of<'postgresql'>): string {
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
