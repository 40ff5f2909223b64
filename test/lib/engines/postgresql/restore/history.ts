import { chmod, chown, cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { connectSql } from '../../../../../lib/engines/postgresql/connection.ts';
import { type Lsn, parseLsn } from '../../../../../lib/engines/postgresql/lsn.ts';
import {
  type RestoreOptions,
  type RestoreResult,
  restorePostgresql,
} from '../../../../../lib/engines/postgresql/restore/restore.ts';
import type { PostgresqlRun } from '../../../../../lib/engines/postgresql/run.ts';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import { compile } from '../../../../../lib/plan/compile.ts';
import { derivedSources } from '../../../../../lib/plan/compiled.ts';
import { momentAfterNow, Streaming } from '../../../../../lib/rehearsal/streaming.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import plan from '../../../../../plans/quickstart.ts';
import type { ServerVersion } from '../../../../support/postgres-install.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

/** The rows of the table that is dropped, and where they lie. */
export const ROWS = `SELECT count(*)::int AS rows, md5(string_agg(t::text, ',' ORDER BY id)) AS digest FROM t`;

export interface Rows {
  readonly rows: number;
  readonly digest: string;
}

/**
 * One cluster's history in a store: a base backup, changes, a dropped table, several segments, and a quiet end.
 * The server is stopped; every test works on a copy of the store.
 */
export interface History {
  readonly version: ServerVersion;
  readonly store: string;
  /** Before the table was dropped, with its rows then. */
  readonly beforeDrop: Date;
  readonly rows: Rows;
  /** Created with those rows, directly before the table was dropped; `end` is where its record ends. */
  readonly point: { readonly name: string; readonly end: Lsn };
  /** After the last commit; nothing happened since. */
  readonly quiet: Date;
  readonly events: RunEvent[];
  /** A copy of the store, to be altered. */
  copyStore(): Promise<string>;
  /** A name in a folder that the server can reach. */
  newTarget(): string;
  restore(store: string, options: Partial<RestoreOptions>): Promise<RestoreResult>;
  /** Programs of the server, and the account that it runs as. */
  readonly server: Pick<PostgresServer, 'binDir' | 'uid' | 'gid'>;
  /** A run with a store, which the caller closes. */
  context(store: string): Promise<PostgresqlRun>;
  /** Streams WAL of another server into a store. */
  stream(store: string, server: PostgresServer): Promise<Streaming>;
  /** Starts a restored directory. */
  start(dataDir: string): Promise<PostgresServer>;
  dispose(): Promise<void>;
}

export async function makeHistory(version: ServerVersion): Promise<History> {
  const folder = await tempFolder('restore');
  await chmod(folder.path, 0o755);
  const server = await startPostgres({ version });
  const giveUp = new AbortController();
  try {
    return await build(version, folder, server, giveUp.signal);
  } catch (error) {
    giveUp.abort();
    await server.dispose();
    await folder.remove();
    throw error;
  }
}

async function build(
  version: ServerVersion,
  folder: TempFolder,
  server: PostgresServer,
  signal: AbortSignal,
): Promise<History> {
  const events: RunEvent[] = [];
  const store = join(folder.path, 'store');
  await mkdir(store);
  const run = await contextFor(store, server, version, events);
  const place = join(folder.path, 'tablespace');
  await mkdir(place);
  await chown(place, server.uid, server.gid);
  await server.sql(`CREATE TABLESPACE elsewhere LOCATION '${place}'`);
  await server.sql(`CREATE TABLE far (id int PRIMARY KEY) TABLESPACE elsewhere`);
  await server.sql(`INSERT INTO far SELECT generate_series(1, 1000)`);
  await server.sql(`CREATE TABLE t (id int PRIMARY KEY, text text)`);
  await server.sql(`INSERT INTO t SELECT n, 'vor Ø ' || n FROM generate_series(1, 5000) n`);
  await server.sql(`ALTER SYSTEM SET archive_command = 'false'`);

  const streaming = Streaming.start({ ...run, signal }, server.address);
  await streaming.failsWith(backupPostgresql(run, { address: server.address, checkpoint: 'fast' }));
  await server.sql(`INSERT INTO t SELECT n, 'nach ' || n FROM generate_series(5001, 9000) n`);
  await server.sql(`DELETE FROM t WHERE id % 7 = 0`);
  const [rows] = await server.sql(ROWS);
  const beforeDrop = await momentOf(server);
  const name = "vor dem Löschen, 'quoted'";
  const [created] = await server.sql('SELECT pg_create_restore_point($1)::text AS lsn', [name]);
  const point = { name, end: parseLsn(String(created?.lsn)) };
  await server.sql(`DROP TABLE t`);
  for (let segment = 0; segment < 3; segment++) {
    await server.sql(`INSERT INTO far SELECT max(id) + 1 FROM far`);
    await server.sql(`SELECT pg_switch_wal()`);
  }
  await server.sql(`INSERT INTO far SELECT max(id) + 1 FROM far`);
  const quiet = await momentOf(server);
  await streaming.failsWith(streaming.provenUpTo(quiet));
  await streaming.stop();
  await server.stop();
  await run.store.close();

  let copies = 0;
  return {
    version,
    store,
    beforeDrop,
    rows: rows as unknown as Rows,
    point,
    quiet,
    events,
    async copyStore() {
      const copy = join(folder.path, `store-${copies++}`);
      await cp(store, copy, { recursive: true });
      return copy;
    },
    server,
    context: (from) => contextFor(from, server, version, events),
    newTarget: () => join(folder.path, `restored-${copies++}`),
    async restore(from, options) {
      const context = await contextFor(from, server, version, events);
      return restorePostgresql(context, {
        target: options.target ?? join(folder.path, `restored-${copies++}`),
        to: 'latest',
        binDir: server.binDir,
        owner: { uid: server.uid, gid: server.gid },
        ...options,
      }).finally(() => context.store.close());
    },
    async stream(into, from) {
      return Streaming.start(
        { ...(await contextFor(into, from, version, events)), signal },
        from.address,
      );
    },
    start: (dataDir) =>
      startPostgres({ version, existing: { dataDir, password: server.address.password } }),
    async dispose() {
      await server.dispose();
      await folder.remove();
    },
  };
}

/** Every commit so far lies before it. */
export async function momentOf(server: PostgresServer): Promise<Date> {
  const client = await connectSql(server.address);
  return momentAfterNow(client).finally(() => client.end());
}

async function contextFor(
  storeFolder: string,
  server: PostgresServer,
  version: ServerVersion,
  events: RunEvent[],
): Promise<PostgresqlRun> {
  const { compiled } = compile(plan, 'development');
  const [source] = compiled ? derivedSources(compiled) : [];
  if (!compiled || source?.engine !== 'postgresql')
    throw new Error('plans/quickstart.ts does not compile');
  return {
    store: await openStore(pathToFileURL(storeFolder).href),
    compiled,
    source: {
      ...source,
      settings: {
        ...source.settings,
        server: {
          ...source.settings.server,
          service: server.address.host,
          port: server.address.port,
          database: server.address.database,
          version: `${version}`,
        },
      },
      protections: source.protections.map((protection) => ({
        ...protection,
        flushSeconds: protection.kind === 'wal' ? 1 : null,
      })),
    },
    signal: new AbortController().signal,
    now: () => new Date(),
    report: (event) => events.push(event),
  };
}

/** Paths of a store's files, below its folder. */
export async function filesOf(store: string): Promise<string[]> {
  const entries = await readdir(store, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(store.length + 1))
    .sort();
}
