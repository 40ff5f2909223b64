import { styleText } from 'node:util';
import { formatBytes, table } from '../report/format.ts';
import { FLUSH_SECONDS, isSame, type RehearsalResult } from './rehearse.ts';

/** What a rehearsal showed, for a person. */
export function rehearsalText(result: RehearsalResult, stream: NodeJS.WritableStream): string {
  const mark = (ok: boolean) =>
    ok ? styleText('green', '✓', { stream }) : styleText('red', '✗', { stream });
  const { tables, digests, restore } = result;
  const rows = tables.map(({ before, after }) => [
    `    ${before.table}`,
    String(before.rows),
    String(after.rows),
    before.sha256.slice(0, 12),
    after.sha256.slice(0, 12),
  ]);
  return [
    `  ${mark(tables.every(isSame))} every row of ${result.moment.toISOString()} is back`,
    '',
    table(['    table', 'rows before', 'rows after', 'sha256 before', 'sha256 after'], rows),
    '',
    `  ${mark(digests.problems.length === 0)} ${digests.files} stored files, ${formatBytes(digests.bytes)}: ${
      digests.problems.length === 0 ? 'every digest matches' : digests.problems.join('; ')
    }`,
    `  ${mark(true)} RPO ${seconds(result.rpoSeconds)}: age of the newest safe moment when the table was dropped (here WAL is stored every ${FLUSH_SECONDS} s)`,
    `  ${mark(true)} RTO ${seconds(result.rtoSeconds)}: from the start of the restore to the first answer (base backup ${seconds(restore.seconds.base)}, WAL ${seconds(restore.seconds.wal)}, recovery ${seconds(restore.seconds.recovery)})`,
    '',
    result.passed
      ? styleText(['bold', 'green'], `  The data came back. ${seconds(result.seconds)} in all.`, {
          stream,
        })
      : styleText(['bold', 'red'], '  The rehearsal failed: see above.', { stream }),
  ].join('\n');
}

const seconds = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} s`;
