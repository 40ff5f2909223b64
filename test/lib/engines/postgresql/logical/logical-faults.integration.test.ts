import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBackups, readRuns } from '../../../../../lib/catalog/reader.ts';
import { connectSql } from '../../../../../lib/engines/postgresql/connection.ts';
import { backupLogical } from '../../../../../lib/engines/postgresql/logical/logical-backup.ts';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { until } from '../../../../support/condition.ts';
import { logicalRun } from '../../../../support/logical-source.ts';
import { postgresPrograms } from '../../../../support/postgres-install.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { startStandby } from '../../../../support/postgres-standby.ts';
import { SlowStore } from '../../../../support/slow-store.ts';
import { TcpProxy } from '../../../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const VERSION = 17;
const MIB = 1024 * 1024;

let server: PostgresServer;
let folder: TempFolder;
let store: ObjectStore;

beforeAll(async () => {
  server = await startPostgres({ version: VERSION });
  await server.sql(
    'CREATE TABLE filler AS SELECT n, repeat(md5(n::text), 30) FROM generate_series(1, 60000) n',
  );
  await server.sql('CREATE TABLE other AS SELECT n FROM generate_series(1, 10) n');
});
afterAll(() => server.dispose());
beforeEach(async () => {
  folder = await tempFolder('store');
  store = await openStore(`file://${folder.path}/store`);
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

interface Taking {
  readonly through?: ObjectStore;
  readonly binDir?: string;
  readonly port?: number;
  readonly overrides?: Parameters<typeof logicalRun>[3];
}

const backup = ({ through = store, binDir = server.binDir, port, overrides }: Taking = {}) =>
  backupLogical(logicalRun(through, VERSION, {}, overrides), {
    address: { ...server.address, port: port ?? server.address.port },
    binDir,
  });

const runs = () => {
  const now = new Date();
  return readRuns(store, 'database', { from: now, to: now, action: 'backup' });
};

/** Nothing is committed, the run is recorded as failed, nobody holds anything on the server; the next one succeeds. */
async function expectFailed(pattern: RegExp): Promise<void> {
  expect(await readBackups(store, 'database')).toEqual([]);
  const [run, ...others] = await runs();
  expect(run).toMatchObject({ outcome: 'failed', kind: 'logical', backup: null });
  expect(run?.error).toMatch(pattern);
  expect(others).toEqual([]);
  await until('no session of a backup is left', async () => {
    const [row] = await server.sql(
      "SELECT count(*)::int AS left FROM pg_stat_activity WHERE application_name = 'tidemark' AND pid <> pg_backend_pid()",
    );
    return row?.left === 0;
  });
  const manifest = await backup();
  expect((await readBackups(store, 'database')).map(({ id }) => id)).toEqual([manifest.id]);
}

/** A store that is slow, and a report that resolves once data flows into it. */
function slowly() {
  const through = new SlowStore(store);
  through.bytesPerSecond = MIB / 4;
  const { promise, resolve } = Promise.withResolvers<void>();
  const report = (event: RunEvent) => {
    if ((event.bytes ?? 0) > 0) resolve();
  };
  return { through, flowing: promise, overrides: { report } };
}

/** A folder in which a script stands for one program, and the others are the real ones. */
async function programsWith(name: string, script: string): Promise<string> {
  for (const program of ['pg_dump', 'pg_dumpall', 'pg_restore']) {
    const real = join(server.binDir, program);
    const body = program === name ? script.replaceAll('REAL', real) : `exec ${real} "$@"`;
    const path = join(folder.path, program);
    const version = `[ "$1" = --version ] && exec ${real} --version`;
    await writeFile(path, `#!/bin/bash\n${version}\n${body}\n`);
    await chmod(path, 0o755);
  }
  return folder.path;
}

test('the server is killed in the middle', async () => {
  const { flowing, ...slow } = slowly();
  const taking = backup(slow);
  const failed = expect(taking).rejects.toThrow(
    /database "postgres": pg_dump ended with exit code 1/,
  );
  await flowing;
  await server.crash();
  await failed;
  await server.start();
  await expectFailed(/exit code 1: .*(terminat|closed the connection|no connection)/is);
});

test('the connection is cut in the middle', async () => {
  const proxy = await TcpProxy.start({ host: '127.0.0.1', port: server.address.port });
  try {
    const { flowing, ...slow } = slowly();
    const failed = expect(backup({ ...slow, port: proxy.port })).rejects.toThrow(/exit code 1/);
    await flowing;
    proxy.cut();
    await failed;
  } finally {
    proxy.stop();
  }
  await expectFailed(/exit code 1/);
});

test('it is interrupted: the programs end, and the reason is passed on', async () => {
  const { flowing, through, overrides } = slowly();
  const interrupt = new AbortController();
  const taking = backup({ through, overrides: { ...overrides, signal: interrupt.signal } });
  const failed = expect(taking).rejects.toThrow('interrupted by a person');
  await flowing;
  interrupt.abort(new Error('interrupted by a person'));
  await failed;
  await expectFailed(/interrupted by a person/);
});

test('two at once: the second is refused, the first succeeds', async () => {
  const { flowing, through, overrides } = slowly();
  const first = backup({ through, overrides });
  await flowing;
  await expect(backup()).rejects.toMatchObject({ name: 'LockHeldError' });
  through.bytesPerSecond = Number.POSITIVE_INFINITY;
  const manifest = await first;
  expect((await readBackups(store, 'database')).map(({ id }) => id)).toEqual([manifest.id]);
});

test('pg_dump ends well and its output is cut: pg_restore or our own reading notices', async () => {
  const binDir = await programsWith('pg_dump', 'REAL "$@" | head -c 20000000');
  await expect(backup({ binDir })).rejects.toThrow(
    /pg_restore ended with exit code 1|not a whole archive/,
  );
  await expectFailed(/pg_restore ended with exit code 1|not a whole archive/);
});

test('pg_dump writes everything and then fails', async () => {
  const binDir = await programsWith('pg_dump', 'REAL "$@"; echo "disk on fire" >&2; exit 3');
  await expect(backup({ binDir })).rejects.toThrow('pg_dump ended with exit code 3: disk on fire');
  await expectFailed(/disk on fire/);
});

test('pg_dump leaves a table out', async () => {
  const binDir = await programsWith('pg_dump', 'exec REAL "$@" --exclude-table=other');
  await expect(backup({ binDir })).rejects.toThrow(
    'it has no rows of 1 tables ("public"."other"); run the backup again',
  );
  await expectFailed(/"public"."other"/);
});

test('pg_restore cannot read what pg_dump wrote', async () => {
  const binDir = await programsWith(
    'pg_restore',
    'head -c 1000 > /dev/null; echo unreadable >&2; exit 1',
  );
  await expect(backup({ binDir })).rejects.toThrow('pg_restore ended with exit code 1: unreadable');
  await expectFailed(/unreadable/);
});

test('the roles are cut', async () => {
  const binDir = await programsWith('pg_dumpall', 'REAL "$@" | head -n 5');
  await expect(backup({ binDir })).rejects.toThrow('the SQL of roles has no end mark');
  await expectFailed(/end mark/);
});

test('no password is in an argument, and none in what is stored about the run', async () => {
  const binDir = await programsWith(
    'pg_dump',
    'printf "%s\\n" "$@" > "$(dirname "$0")/arguments"; exec REAL "$@"',
  );
  const manifest = await backup({ binDir });
  const given = await readFile(join(folder.path, 'arguments'), 'utf8');
  expect(given).toContain('--format=custom');
  for (const text of [given, JSON.stringify(manifest), JSON.stringify(await runs())]) {
    expect(text).not.toContain(server.address.password);
  }
});

test('programs of another major are refused, with where they were found', async () => {
  await expect(backup({ binDir: postgresPrograms(15) })).rejects.toThrow(
    `pg_dump of PostgreSQL 17 is not in ${postgresPrograms(15)} (version 15); install the package postgresql-client-17`,
  );
  expect(await readBackups(store, 'database')).toEqual([]);
});

test('a table that somebody holds ends the backup with the reason', async () => {
  const binDir = await programsWith('pg_dump', 'exec REAL "$@" --lock-wait-timeout=300');
  const holder = await connectSql(server.address);
  try {
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE other IN ACCESS EXCLUSIVE MODE');
    await expect(backup({ binDir })).rejects.toThrow(/held a table for longer than five minutes/);
  } finally {
    await holder.end();
  }
  await expectFailed(/LOCK TABLE/);
});

test('a plan that names what is not there', async () => {
  const take = (row: Parameters<typeof logicalRun>[2]) =>
    backupLogical(logicalRun(store, VERSION, row), {
      address: server.address,
      binDir: server.binDir,
    });
  await expect(take({ databases: ['shop'] })).rejects.toThrow(
    'the server has no database "shop" that takes connections; it has "postgres", "template1"; change databases in the logical row of sources.database.protect',
  );
  await expect(take({ databases: ['postgres'], tables: ['orders'] })).rejects.toThrow(
    'database "postgres" has no table "public"."orders"',
  );
  expect(await readBackups(store, 'database')).toEqual([]);
});

test('much less than usual is committed, reported and recorded', async () => {
  await backup();
  await server.sql('CREATE TABLE kept AS SELECT * FROM filler');
  await server.sql('TRUNCATE filler');
  await server.sql('DROP TABLE kept');
  const events: RunEvent[] = [];
  const manifest = await backup({ overrides: { report: (event) => events.push(event) } });
  const found = expect.stringMatching(/^the backup has 0 % of the data .* less than 80 %/);
  expect(events).toContainEqual({ level: 'warning', message: found });
  expect(await runs()).toContainEqual(
    expect.objectContaining({ backup: manifest.id, outcome: 'succeeded', warnings: [found] }),
  );
});

test('a standby is dumped too, without the rows that it does not have', async () => {
  await server.sql('CREATE UNLOGGED TABLE cache AS SELECT n FROM generate_series(1, 7) n');
  const standby = await startStandby(server, VERSION);
  try {
    const manifest = await backupLogical(
      logicalRun(store, VERSION, { csv: ['other'], databases: ['postgres'] }),
      {
        address: standby.address,
        binDir: server.binDir,
      },
    );
    expect(manifest.counts).toMatchObject({ 'postgres.public.other': 10 });
    expect(Object.keys(manifest.counts)).not.toContain('postgres.public.cache');
    expect(manifest.position.databases[0]?.csv).toHaveLength(1);
  } finally {
    await standby.dispose();
    await server.sql('DROP TABLE cache');
  }
});

test('a thousand tables: none is forgotten', async () => {
  await server.sql('CREATE DATABASE many');
  try {
    const client = await connectSql({ ...server.address, database: 'many' });
    try {
      await client.query(
        "DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s AS SELECT generate_series(1, %s) n', i, i % 7); END LOOP; END $$",
      );
    } finally {
      await client.end();
    }
    const { counts } = await backupLogical(logicalRun(store, VERSION, { databases: ['many'] }), {
      address: server.address,
      binDir: server.binDir,
    });
    expect(counts).toEqual(
      Object.fromEntries(
        Array.from({ length: 1000 }, (_, index) => [`many.public.t${index + 1}`, (index + 1) % 7]),
      ),
    );
  } finally {
    await server.sql('DROP DATABASE many');
  }
});
