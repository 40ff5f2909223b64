import type { VerifyRun } from '../catalog/run-record.ts';
import type { EngineName } from '../engines/registry.ts';
import { formatBytes } from './format.ts';

/** What people call the log of an engine; the record says `wal` of each. */
const LOGS: Readonly<Record<string, string>> = { redis: 'append-only log' };

/** A line for each verified thing, and below it what is wrong with it. */
export function verificationText(
  { backups, wal, skipped = [] }: VerifyRun,
  engine: EngineName,
): string {
  const lines = backups.flatMap(({ id, bytes, problems }) => [
    `${id}  ${verdict(problems)}  ${formatBytes(bytes)} read`,
    ...problems.map((problem) => `  - ${problem}`),
  ]);
  for (const { id, reason } of skipped) lines.push(`${id}  skipped, not verified: it is ${reason}`);
  if (wal) {
    lines.push(
      `${LOGS[engine] ?? 'WAL'}  ${verdict(wal.problems)}  ${wal.segments} objects, ${formatBytes(wal.bytes)} read`,
    );
    lines.push(...wal.problems.map((problem) => `  - ${problem}`));
  }
  return lines.join('\n');
}

const verdict = (problems: readonly string[]): string =>
  problems.length === 0 ? 'sound' : `DAMAGED (${problems.length})`;
