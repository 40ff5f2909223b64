import type { Manifest } from '../../catalog/manifest.ts';
import { readRuns } from '../../catalog/reader.ts';
import type { VerifyRun } from '../../catalog/run-record.ts';
import { type VerifyScope, verifySource } from '../verify.ts';
import type { PostgresqlRun } from './run.ts';
import { verifyWal } from './wal/verify.ts';

/** Verifies backups, and WAL with them. @throws as `verifySource` */
export const verifyPostgresql = (run: PostgresqlRun, scope: VerifyScope): Promise<VerifyRun> =>
  verifySource(run, scope, verifyStoredWal);

/** Digests of WAL are in the streamer's records: those since the oldest backup. */
async function verifyStoredWal(
  { store, source, signal, now, report }: PostgresqlRun,
  all: readonly Manifest[],
) {
  const from = new Date(all[0]?.startedAt ?? now());
  const runs = await readRuns(store, source.name, { from, to: now(), action: 'wal' });
  let bytes = 0;
  return verifyWal(store, source.name, runs, {
    signal,
    onBytes: (more) => {
      bytes += more;
      report({ level: 'info', message: 'verifying WAL', bytes });
    },
  });
}
