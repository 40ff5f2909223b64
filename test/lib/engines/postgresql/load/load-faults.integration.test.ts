import { join } from 'node:path';
import type { LoadOptions } from '../../../../../lib/engines/postgresql/load/load.ts';
import type { LogicalManifest } from '../../../../../lib/engines/postgresql/logical/position.ts';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import { until } from '../../../../support/condition.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import type { PostgresServer } from '../../../../support/postgres-server.ts';
import { TcpProxy } from '../../../../support/tcp-proxy.ts';
import { dumpInto } from './dumped.ts';
import { type Loading, startLoading } from './loading.ts';
import { DATABASE, digests, inDatabase } from './sample-database.ts';

let loading: Loading;
let server: PostgresServer;
let backup: LogicalManifest;
let proxy: TcpProxy;
let before: Record<string, string>;

beforeAll(async () => {
  loading = await startLoading(15, 100_000, { settings: { max_prepared_transactions: '2' } });
  server = loading.server;
  backup = await dumpInto(loading.store, server, [DATABASE]);
  before = await digests(server, DATABASE);
  proxy = await TcpProxy.start({ host: server.address.host, port: server.address.port });
});
afterAll(async () => {
  proxy?.stop();
  await loading?.dispose();
});

/** Whatever happens, the old database is there, with every row, and it can be used. */
afterEach(async () => {
  expect(await digests(server, DATABASE)).toEqual(before);
  expect(await loading.leftovers()).toEqual([]);
});

const replacing = (options: Partial<LoadOptions> = {}): Partial<LoadOptions> => ({
  backup: backup.id,
  replace: 'keep',
  ...options,
});

/** Until pg_restore is at work in the database beside. */
const whileLoading = () =>
  until('pg_restore loads rows', async () => {
    const rows = await server.sql(
      `SELECT FROM pg_stat_activity WHERE datname ~ '_loading$' AND query ~ '^(COPY|CREATE INDEX|ALTER TABLE)'`,
    );
    return rows.length > 0;
  });

const throughProxy = () => ({ ...server.address, host: proxy.host, port: proxy.port });

test('a server that is killed meanwhile: the next load removes what is left', async () => {
  const load = loading.load(replacing());
  load.catch(() => undefined);
  await whileLoading();
  await server.crash();
  await expect(load).rejects.toThrow();
  await server.start();
  expect(await loading.leftovers()).toHaveLength(1);
  await loading.load({ backup: backup.id, into: 'other' });
  // Of another database: nothing of ours to remove.
  expect(await loading.leftovers()).toHaveLength(1);
  const result = await loading.load(replacing({ replace: 'drop' }));
  expect(result.kept).toBeNull();
  await server.sql('DROP DATABASE other');
});

test('a connection that is cut while rows are loaded', async () => {
  const load = loading.load(replacing({ address: throughProxy() }));
  load.catch(() => undefined);
  await whileLoading();
  proxy.cut();
  await expect(load).rejects.toThrow();
});

test('a connection that is cut before the answer to the swap: it has happened, and says so', async () => {
  let lost: Promise<void> | undefined;
  const report = ({ message }: RunEvent) => {
    // What was loaded is committed by then; what comes is the swap.
    if (message.startsWith('giving')) lost = proxy.loseAnswerTo('COMMIT');
  };
  const result = await loading.load(replacing({ address: throughProxy() }), { report });
  await lost;
  expect(lost).toBeDefined();
  expect(
    await server.sql('SELECT FROM pg_database WHERE datname = $1', [result.kept]),
  ).toHaveLength(1);
  await server.sql(`DROP DATABASE "${result.kept?.replaceAll('"', '""')}"`);
});

test('an interruption', async () => {
  const controller = new AbortController();
  const load = loading.load(replacing(), { signal: controller.signal });
  load.catch(() => undefined);
  await whileLoading();
  controller.abort(new Error('interrupted'));
  await expect(load).rejects.toThrow('interrupted');
});

test('a second load of the same database', async () => {
  const first = loading.load(replacing({ replace: 'drop' }));
  await whileLoading();
  await expect(loading.load(replacing())).rejects.toMatchObject({ name: 'LockHeldError' });
  await first;
});

test('a prepared transaction in the old database', async () => {
  await inDatabase(
    server,
    DATABASE,
    'BEGIN; DELETE FROM empty; PREPARE TRANSACTION $$held$$'.replaceAll('$$', "'"),
  );
  await expect(loading.load(replacing())).rejects.toThrow(
    /could not be replaced: database .* is being accessed by other users .*prepared transaction/,
  );
  await inDatabase(server, DATABASE, `ROLLBACK PREPARED 'held'`);
});

test('an archive that was altered in the store never reaches the server', async () => {
  const altered = await dumpInto(loading.store, server, [DATABASE]);
  const [file] = altered.files;
  await flipByte(
    join(loading.folder, 'store/data/30d/database', altered.id, file?.objects[0]?.name ?? ''),
    1000,
  );
  await expect(loading.load(replacing({ backup: altered.id }))).rejects.toMatchObject({
    name: 'DamagedError',
  });
});

test('rows that are fewer than the backup counted', async () => {
  const lacking = await dumpInto(loading.store, server, [DATABASE], {
    alter: (counts) => ({ ...counts, '"Shop ""ü""".public.customers': 1001 }),
  });
  await expect(loading.load(replacing({ backup: lacking.id }))).rejects.toThrow(
    /"Shop ""ü""".public.customers had 1001 rows and has 1000/,
  );
});

test('an older server, a role that is not there, a folder that is not there', async () => {
  const newer = await dumpInto(loading.store, server, [DATABASE], { serverVersion: '18.1' });
  await expect(loading.load(replacing({ backup: newer.id }))).rejects.toThrow(
    'the backup is of PostgreSQL 18 and the server is PostgreSQL 15',
  );
  await server.sql('ALTER ROLE reader RENAME TO writer; ALTER ROLE "App Owner" RENAME TO owner');
  try {
    await expect(loading.load(replacing())).rejects.toThrow(
      'the server lacks roles that the backup needs: App Owner, reader;',
    );
    // A policy names one too.
    const without = { backup: backup.id, into: 'unowned', noOwner: true, noPrivileges: true };
    await expect(loading.load(without)).rejects.toThrow('backup needs: reader;');
    await server.sql('CREATE ROLE reader');
    await loading.load(without);
    await server.sql('DROP DATABASE unowned');
    await server.sql('DROP ROLE reader');
  } finally {
    await server.sql('ALTER ROLE writer RENAME TO reader; ALTER ROLE owner RENAME TO "App Owner"');
  }
  await expect(loading.load(replacing({ scratch: '/nowhere' }))).rejects.toThrow(
    'cannot make a folder in /nowhere',
  );
});

test('an empty database is replaced without a question', async () => {
  await server.sql('CREATE DATABASE fresh');
  const confirm = jest.fn();
  const result = await loading.load({ backup: backup.id, into: 'fresh', confirm });
  expect(confirm).not.toHaveBeenCalled();
  expect(result.kept).toBeNull();
  expect(await digests(server, 'fresh')).toEqual(before);
  await server.sql('DROP DATABASE fresh');
});

test('an empty database that somebody fills meanwhile is kept', async () => {
  await server.sql('CREATE DATABASE fresh');
  let filled: Promise<unknown> | undefined;
  const report = ({ message }: RunEvent) => {
    if (message !== 'loading fresh') return;
    filled = inDatabase(server, 'fresh', 'CREATE TABLE begun AS SELECT 1 AS id');
  };
  const { kept } = await loading.load({ backup: backup.id, into: 'fresh' }, { report });
  await filled;
  expect(kept).toMatch(/^fresh_before_/);
  expect(await digests(server, 'fresh')).toEqual(before);
  await server.sql(`ALTER DATABASE ${kept} ALLOW_CONNECTIONS true`);
  expect(await inDatabase(server, `${kept}`, 'SELECT id FROM begun')).toEqual([{ id: 1 }]);
  await server.sql('DROP DATABASE fresh');
  await server.sql(`DROP DATABASE ${kept}`);
});
