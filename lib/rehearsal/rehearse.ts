import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import plan from '../../plans/quickstart.ts';
import { claimStore } from '../catalog/reader.ts';
import { backupPostgresql } from '../engines/postgresql/base-backup.ts';
import { type RestoreResult, restorePostgresql } from '../engines/postgresql/restore/restore.ts';
import type { PostgresqlRun } from '../engines/postgresql/run.ts';
import type { RunEvent } from '../engines/run.ts';
import { compile } from '../plan/compile.ts';
import { type CompiledPlan, derivedSources, type SourceOf } from '../plan/compiled.ts';
import { openStore } from '../stores/open.ts';
import { type Account, embeddedPrograms, serverAccount } from './embedded.ts';
import { createCluster, LocalServer } from './local-server.ts';
import { changeData, createData, DROPPED, digestData, type TableDigest } from './sample-data.ts';
import { momentAfterNow, Streaming } from './streaming.ts';
import { type DigestCheck, verifyEverything } from './verify-everything.ts';

interface RehearsalOptions {
  readonly report: (event: RunEvent) => void;
  /** Ends the rehearsal; everything is cleaned up before it rejects. */
  readonly signal?: AbortSignal;
  /** Where its folder is made. @default the system's temporary folder */
  readonly workDir?: string;
}

/** One table before the loss and after the restore. */
interface ComparedTable {
  readonly before: TableDigest;
  readonly after: TableDigest;
}

export interface RehearsalResult {
  /** Every row came back and every digest matched. */
  readonly passed: boolean;
  readonly tables: readonly ComparedTable[];
  readonly digests: DigestCheck;
  /** The moment that was restored. */
  readonly moment: Date;
  /** Age of the newest commit time that was safe when the table was dropped: what a total loss then would have cost. */
  readonly rpoSeconds: number;
  /** From the start of the restore to the first answer of the restored server. */
  readonly rtoSeconds: number;
  readonly restore: RestoreResult;
  /** The whole rehearsal. */
  readonly seconds: number;
}

/** The plan stores the unfinished tail every minute; a rehearsal of seconds cannot wait for that. */
export const FLUSH_SECONDS = 1;

/**
 * Loses a table of a real server and brings it back, with the programs that run in production: WAL streaming, base
 * backup, restore to a moment, verification. Leaves nothing behind, whatever happens.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalResult> {
  const began = performance.now();
  const { report, signal = new AbortController().signal } = options;
  const account = await serverAccount();
  const folder = await workFolder(options.workDir ?? tmpdir(), account);
  const running: LocalServer[] = [];
  const streams: Streaming[] = [];
  try {
    const programs = { binDir: await embeddedPrograms(folder, account), account };
    const start = async (dataDir: string, password: string) => {
      const server = await LocalServer.start(dataDir, password, programs, signal);
      running.push(server);
      return server;
    };

    report({ level: 'info', message: 'starting PostgreSQL 18 in a temporary folder' });
    const password = await createCluster(join(folder, 'data'), programs);
    const server = await start(join(folder, 'data'), password);
    const run = await context(options, signal, server, join(folder, 'store'));

    report({ level: 'info', message: 'creating 102,009 rows in three tables' });
    await server.connected(createData);

    report({ level: 'info', message: 'streaming WAL and taking a base backup' });
    const streaming = Streaming.start(run, server.address);
    streams.push(streaming);
    const backup = await streaming.failsWith(
      backupPostgresql(run, { address: server.address, checkpoint: 'fast' }),
    );
    await streaming.failsWith(streaming.provenUpTo(new Date(backup.consistentAt)));

    report({ level: 'info', message: 'changing rows that only the WAL will hold' });
    const { moment, before } = await server.connected(async (client) => {
      await changeData(client);
      const digests = await digestData(client);
      return { moment: await momentAfterNow(client), before: digests };
    });

    report({ level: 'info', message: `dropping table ${DROPPED} by mistake, a moment later` });
    const dropped = await server.connected(async (client) => {
      await client.query(`UPDATE customers SET name = 'overwritten by mistake'`);
      await client.query(`DROP TABLE ${DROPPED}`);
      return momentAfterNow(client);
    });
    const rpoSeconds = await streaming.ageOfNewestProof(dropped);
    await streaming.failsWith(streaming.provenUpTo(moment));

    report({ level: 'info', message: `restoring the state of ${moment.toISOString()}` });
    const restoreBegan = performance.now();
    const target = join(folder, 'restored');
    const restore = await restorePostgresql(run, {
      target,
      to: moment,
      binDir: programs.binDir,
      ...(account ? { owner: account } : {}),
    });
    const restored = await start(target, password);
    const rtoSeconds = (performance.now() - restoreBegan) / 1000;

    report({ level: 'info', message: 'comparing every row' });
    const after = await restored.connected(digestData);
    await streaming.stop();

    report({ level: 'info', message: 'verifying the digest of everything that is stored' });
    const digests = await verifyEverything(run);
    const tables = compare(before, after);
    await run.store.close();
    return {
      passed: tables.every(isSame) && digests.problems.length === 0,
      tables,
      digests,
      moment,
      rpoSeconds,
      rtoSeconds,
      restore,
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    for (const streaming of streams) await streaming.stop().catch(() => undefined);
    for (const server of running) await server.stop('SIGQUIT');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function isSame({ before, after }: ComparedTable): boolean {
  return before.rows === after.rows && before.sha256 === after.sha256;
}

function compare(before: readonly TableDigest[], after: readonly TableDigest[]): ComparedTable[] {
  return before.map((table, index) => ({
    before: table,
    after: after[index] ?? { table: table.table, rows: 0, sha256: '' },
  }));
}

/** Servers may run as another account than ours: it owns the folder. */
async function workFolder(parent: string, account: Account | undefined): Promise<string> {
  const folder = await mkdtemp(join(parent, 'tidemark-rehearsal-'));
  if (account) await chown(folder, account.uid, account.gid);
  await chmod(folder, 0o700);
  return folder;
}

/** The plan of the quickstart, for the server that was started here. */
async function context(
  { report }: RehearsalOptions,
  signal: AbortSignal,
  { address }: LocalServer,
  storeFolder: string,
): Promise<PostgresqlRun> {
  const { compiled } = compile(plan, 'development');
  const database = compiled && derivedSources(compiled).find(({ name }) => name === 'database');
  if (!compiled || database?.engine !== 'postgresql')
    throw new Error('plans/quickstart.ts has no usable source `database`');
  const source: SourceOf<'postgresql'> = {
    ...database,
    settings: {
      ...database.settings,
      server: {
        ...database.settings.server,
        service: address.host,
        port: address.port,
        database: address.database,
        tls: 'disable',
      },
    },
    protections: database.protections.map((protection) =>
      protection.kind === 'wal' ? { ...protection, flushSeconds: FLUSH_SECONDS } : protection,
    ),
  };
  const local: CompiledPlan = { ...compiled, sources: [source] };
  await mkdir(storeFolder);
  const store = await openStore(pathToFileURL(storeFolder).href);
  await claimStore(store, local.plan, local.environment);
  return { store, compiled: local, source, signal, now: () => new Date(), report };
}
