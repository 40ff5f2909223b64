import type { Manifest, RedisPosition } from '../../catalog/manifest.ts';
import type { BackupEnd, BackupWriter } from '../../catalog/writer.ts';
import { runBackup } from '../backup-run.ts';
import type { RedisAddress } from './address.ts';
import { countKeys, preflight, type ServerFacts } from './preflight.ts';
import { RdbError } from './rdb/errors.ts';
import { RdbParser, type RdbSummary } from './rdb/parser.ts';
import { receiveSnapshot } from './replication.ts';
import type { RedisRun } from './run.ts';
import { SnapshotError } from './snapshot-error.ts';
import { SNAPSHOT_FILE } from './snapshot-file.ts';

export interface SnapshotOptions {
  readonly address: RedisAddress;
  /** Why it is taken, where somebody says so. */
  readonly label?: string;
}

/** A backup of Redis. */
export type SnapshotManifest = Manifest & { readonly position: RedisPosition };

export const isSnapshot = (manifest: Manifest): manifest is SnapshotManifest =>
  manifest.position.engine === 'redis';

/**
 * Takes a snapshot through the replication stream. It exists when this returns, and not before: by then the whole file
 * has been read, its values to their ends, and its checksum compared.
 * @throws PreflightError, LockHeldError, ServerConnectError, SnapshotError, StoreError; the signal's reason
 */
export async function backupRedis(
  run: RedisRun,
  { address, label }: SnapshotOptions,
): Promise<SnapshotManifest> {
  return runBackup<'redis', ServerFacts, { position: RedisPosition }>(run, {
    kind: 'snapshot',
    label,
    prepare: async (run) => ({ found: await preflight(run, address) }),
    take: (run, { writer, found }) => take(run, address, writer, found),
  });
}

async function take(
  run: RedisRun,
  address: RedisAddress,
  writer: BackupWriter,
  server: ServerFacts,
): Promise<Omit<BackupEnd, 'completedAt'> & { readonly position: RedisPosition }> {
  const { signal, now } = run;
  run.report({ level: 'info', message: 'waiting for the server to begin its snapshot' });
  const { summary, position, begunAt } = await receiveSnapshot(
    address,
    { signal, now },
    async ({ position, begunAt, body }) => {
      const parser = new RdbParser();
      // Small enough a price for a fifth of the size: see docs/decisions/0027-redis-snapshots.md.
      const options = { encoding: 'zstd', signal } as const;
      await writer.writeFile(SNAPSHOT_FILE, checked(run, body, parser), options);
      return { summary: parser.end(), position, begunAt };
    },
  );
  checkPosition(summary, position);
  await checkEmptiness(run, address, summary, server);
  if (!summary.checksummed) {
    run.report({
      level: 'warning',
      message:
        'the server writes no checksum into its snapshots (rdbchecksum no): what was altered on the way cannot be noticed',
    });
  }
  return {
    serverVersion: server.serverVersion,
    consistentAt: consistentAt(summary, begunAt, server).toISOString(),
    position: { engine: 'redis', ...position },
    counts: summary.counts,
  };
}

const REPORT_EVERY_MS = 1000;

/** The same bytes, looked at on their way. What ends too early fails before the last byte is stored. */
async function* checked(
  run: RedisRun,
  body: AsyncIterable<Buffer>,
  parser: RdbParser,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  let reportedAt = 0;
  try {
    for await (const chunk of body) {
      parser.feed(chunk);
      bytes += chunk.length;
      if (performance.now() - reportedAt > REPORT_EVERY_MS) {
        reportedAt = performance.now();
        run.report({ level: 'info', message: 'receiving and checking the snapshot', bytes });
      }
      yield chunk;
    }
    parser.end();
  } catch (error) {
    if (!(error instanceof RdbError)) throw error;
    throw new SnapshotError(`what the server sent is no whole snapshot: ${error.message}`, {
      cause: error,
    });
  }
}

/** What the file says about itself where a server writes it for a replica. */
function checkPosition({ aux }: RdbSummary, position: Omit<RedisPosition, 'engine'>): void {
  const id = aux.get('repl-id');
  const offset = aux.get('repl-offset');
  if (id === undefined || (id === position.replicationId && offset === String(position.offset))) {
    return;
  }
  throw new SnapshotError(
    `the server announced a snapshot at ${position.replicationId}:${position.offset} and sent one of ${id}:${offset}; take it again`,
  );
}

/** An empty snapshot is a backup only of an empty server. */
async function checkEmptiness(
  run: RedisRun,
  address: RedisAddress,
  { keys }: RdbSummary,
  before: ServerFacts,
): Promise<void> {
  if (keys > 0) return;
  const after = before.keys === 0 ? 0 : await countKeys(run, address);
  if (after > 0) {
    throw new SnapshotError(
      `the snapshot holds no key, but the server had ${before.keys} before and has ${after} now; take it again`,
    );
  }
  run.report({ level: 'warning', message: 'the server is empty, and so is this snapshot' });
}

/**
 * Everything that was written before this moment is in the snapshot: the server notes whole seconds when it begins to
 * write. A replica may not have known what its master has written since they last spoke.
 */
function consistentAt({ aux }: RdbSummary, begunAt: Date, { behindSeconds }: ServerFacts): Date {
  const seconds = Number(aux.get('ctime') ?? Math.floor(begunAt.getTime() / 1000));
  return new Date((seconds - behindSeconds) * 1000);
}
