import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  chown,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { bundle } from '../../../../../k8s/agent/bundle.ts';
import { walKey } from '../../../../../lib/catalog/wal.ts';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { parseLsn, segmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import { verifyWal } from '../../../../../lib/engines/postgresql/wal/verify.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext, SOURCE } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import {
  compareWithServer,
  decode,
  expectUnbroken,
  insertPosition,
  MIB,
  records,
  stored,
  systemId,
  write,
} from '../wal/streamer.ts';

const VERSION = 15;

let folder: TempFolder;
let server: PostgresServer;
let store: ObjectStore;
/** The agent as it is in the image: it starts several times as fast. */
let program: string;
const ends: (() => Promise<unknown>)[] = [];

const options = () => ['--config', join(folder.path, 'plan.json'), '--store', store.url];
/** As the server runs it: in its data directory, with next to no environment. */
const command = (name: string, ...args: string[]) =>
  ['env', `TMPDIR=${folder.path}/tmp`, process.execPath, program, name, ...args, ...options()].join(
    ' ',
  );
/** As a server would in this data directory. */
async function run(dataDir: string, ...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: dataDir,
    env: { TMPDIR: join(folder.path, 'mine') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: code as number | null, stderr };
}

const push = (path: string) => run(server.dataDir, 'wal-push', path, ...options());

/** Gives a folder and everything in it to the account of the server. */
async function give(path: string): Promise<void> {
  await chown(path, server.uid, server.gid);
  for (const entry of await readdir(path, { recursive: true })) {
    await chown(join(path, entry), server.uid, server.gid);
  }
}

/** Another server on the data directory, which takes its WAL from the store. */
async function recovering(dataDir: string, signal: string): Promise<PostgresServer> {
  await rm(join(dataDir, 'postmaster.pid'), { force: true });
  await writeFile(join(dataDir, signal), '');
  await appendFile(
    join(dataDir, 'postgresql.auto.conf'),
    `restore_command = '${command('wal-fetch', '%f', '%p')}'\n`,
  );
  await give(dataDir);
  const { password } = server.address;
  const started = await startPostgres({ version: VERSION, existing: { dataDir, password } });
  ends.push(() => started.dispose());
  return started;
}

const archived = async (target: PostgresServer, name: string) => {
  const [row] = await target.sql('SELECT last_archived_wal >= $1 AS done FROM pg_stat_archiver', [
    name,
  ]);
  return row?.done === true;
};

async function archiveAll(target: PostgresServer): Promise<string> {
  const [row] = await target.sql('SELECT pg_walfile_name(pg_switch_wal()) AS name');
  const name = String(row?.name);
  await until(`${name} is archived`, () => archived(target, name));
  return name;
}

const rows = async (target: PostgresServer) =>
  (
    await target.sql(
      "SELECT count(*)::int AS n, md5(string_agg(text, '' ORDER BY n)) AS md5 FROM filler",
    )
  )[0];

beforeAll(async () => {
  folder = await tempFolder('archive');
  await chmod(folder.path, 0o755);
  for (const name of ['store', 'tmp', 'mine']) await mkdir(join(folder.path, name));
  program = await bundle(folder.path);
  store = await openStore(`file://${folder.path}/store`);
  const { compiled } = runContext(store, VERSION);
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify(compiled));
  server = await startPostgres({
    version: VERSION,
    initdb: ['--wal-segsize=1'],
    settings: {
      wal_keep_size: '512MB',
      archive_mode: 'on',
      archive_command: "''",
    },
  });
  await give(folder.path);
});

afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await server.dispose();
  await store.close();
  await folder.remove();
});

test('a server archives: every segment is as in pg_wal, and the records cover them without a break', async () => {
  // What waits for the command is stored along with the first segment that is asked for.
  await write(server, 12);
  await server.sql(`ALTER SYSTEM SET archive_command = '${command('wal-push', '%p')}'`);
  await server.sql('SELECT pg_reload_conf()');
  await archiveAll(server);
  await write(server, 2);
  await archiveAll(server);
  const names = await compareWithServer(store, server);
  expect(names.length).toBeGreaterThan(12);
  const [statistics] = await server.sql('SELECT last_archived_wal FROM pg_stat_archiver');
  expect(statistics?.last_archived_wal).toBe(names.at(-1));
  const runs = await records(store);
  expectUnbroken(runs);
  expect(runs.flatMap(({ segments }) => segments.map(({ name }) => name)).sort()).toEqual(names);
  expect(runs.length).toBeLessThan(names.length / 2);
  expect(await verifyWal(store, SOURCE, runs)).toMatchObject({ problems: [] });
});

test('the records say up to which commit everything is stored; a stretch without a commit says nothing', async () => {
  const moments = (await records(store)).flatMap(({ serverTime }) => serverTime ?? []);
  const [row] = await server.sql('SELECT clock_timestamp() AS now');
  expect(moments).not.toEqual([]);
  expect(moments.every((at) => new Date(at) < (row?.now as Date))).toBe(true);
});

test('a second push of the same bytes succeeds, one of other bytes fails and changes nothing', async () => {
  const name = String((await stored(store, server))[1]?.name);
  const path = join(server.dataDir, 'pg_wal', name);
  const before = await stored(store, server);
  expect(await push(`pg_wal/${name}`)).toMatchObject({ code: 0 });
  const other = join(folder.path, name);
  const bytes = await readFile(path);
  bytes.writeUInt8((bytes[5000] ?? 0) ^ 1, 5000);
  await writeFile(other, bytes);
  const refused = await push(other);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('holds other bytes') });
  expect(await stored(store, server)).toEqual(before);
  const found = before.find((wal) => wal.name === name);
  expect(found && (await decode(store, found)).equals(await readFile(path))).toBe(true);
});

test('a file that is cut short, or is none of the WAL, is refused', async () => {
  const name = segmentName(1, 0x7f00000n, MIB);
  const [some] = await stored(store, server);
  const bytes = await readFile(join(server.dataDir, 'pg_wal', String(some?.name)));
  await writeFile(join(folder.path, name), bytes.subarray(0, 4096));
  for (const [path, message] of [
    [join(folder.path, name), 'it is no whole WAL segment'],
    ['pg_wal/archive_status', "is no file of a server's WAL"],
  ] as const) {
    expect(await push(path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    });
  }
});

test('a server recovers by fetching, promotes, and archives its new timeline', async () => {
  const copy = join(folder.path, 'recovered');
  await server.stop();
  await cp(server.dataDir, copy, { recursive: true });
  await server.start();
  await write(server, 12);
  await archiveAll(server);
  const expected = await rows(server);
  const recovered = await recovering(copy, 'recovery.signal');
  await until(
    'it has recovered',
    async () => (await recovered.sql('SELECT pg_is_in_recovery() AS r'))[0]?.r === false,
  );
  expect(await rows(recovered)).toEqual(expected);
  await write(recovered, 2);
  await archiveAll(recovered);
  const names = (await stored(store, recovered)).map(({ name }) => name);
  expect(names).toContain('00000002.history');
  expect(names.some((name) => name.startsWith('00000002') && name.length === 24)).toBe(true);
});

test('a base backup and archived WAL lead to a moment', async () => {
  const run = runContext(store, VERSION);
  await backupPostgresql(run, { address: server.address, checkpoint: 'fast' });
  await write(server, 2);
  const expected = await rows(server);
  const [row] = await server.sql('SELECT clock_timestamp() AS now FROM pg_sleep(0.01)');
  await server.sql('SELECT pg_sleep(0.01)');
  await write(server, 2);
  await archiveAll(server);
  const restore = (target: string, to: Date) =>
    restorePostgresql(run, {
      target: join(folder.path, target),
      to,
      binDir: server.binDir,
      owner: { uid: server.uid, gid: server.gid },
    });
  await restore('moment', row?.now as Date);
  const existing = { dataDir: join(folder.path, 'moment'), password: server.address.password };
  const restored = await startPostgres({ version: VERSION, existing });
  ends.push(() => restored.dispose());
  expect(await rows(restored)).toEqual(expected);
  await expect(restore('later', new Date())).rejects.toMatchObject({ name: 'RestoreWindowError' });
  const files = await readdir(join(folder.path, 'store'), { recursive: true });
  expect(files).toContainEqual(expect.stringMatching(/[0-9A-F]{24}\.[0-9A-F]{8}\.backup\.zst$/));
});

test('the unfinished segment that a promotion leaves is stored as far as its records go', async () => {
  await server.sql("ALTER SYSTEM SET archive_command = ''");
  await server.sql('SELECT pg_reload_conf()');
  await write(server, 1);
  const end = async () =>
    parseLsn(String((await server.sql('SELECT pg_current_wal_flush_lsn()::text AS lsn'))[0]?.lsn));
  const before = await end();
  const name = segmentName(1, before, MIB);
  const path = join(folder.path, `${name}.partial`);
  await cp(join(server.dataDir, 'pg_wal', name), path);
  const after = await insertPosition(server);
  expect(await push(path)).toMatchObject({ code: 0 });
  const found = (await stored(store, server)).find(
    (wal) => wal.kind === 'partial' && wal.name === name,
  );
  expect(found?.durable).toBeGreaterThanOrEqual(before);
  expect(found?.durable).toBeLessThanOrEqual(after);
  const length = Number(before % BigInt(MIB));
  const bytes = found ? await decode(store, found) : Buffer.alloc(0);
  expect(bytes.subarray(0, length).equals((await readFile(path)).subarray(0, length))).toBe(true);
  expect(bytes.subarray(Number(after % BigInt(MIB))).every((byte) => byte === 0)).toBe(true);
});

test('two pushes of one segment at once both succeed, and it is stored once', async () => {
  await server.sql("ALTER SYSTEM SET archive_command = '/bin/true'");
  await server.sql('SELECT pg_reload_conf()');
  await write(server, 1);
  const name = await archiveAll(server);
  const pushed = await Promise.all([push(`pg_wal/${name}`), push(`pg_wal/${name}`)]);
  expect(pushed.map(({ code }) => code)).toEqual([0, 0]);
  expect((await stored(store, server)).filter((wal) => wal.name === name)).toHaveLength(1);
});

describe('what a recovery is told', () => {
  const target = () => join(folder.path, 'fetched');
  const fetch = (name: string) => run(server.dataDir, 'wal-fetch', name, target(), ...options());

  test('0 and the bytes of what is stored', async () => {
    for (const wal of (await stored(store, server)).slice(0, 3)) {
      expect(await fetch(wal.name)).toMatchObject({ code: 0, stderr: '' });
      expect((await readFile(target())).equals(await decode(store, wal))).toBe(true);
    }
  });

  test('1 only where the WAL ends', async () => {
    const end = (await insertPosition(server)) + BigInt(64 * MIB);
    expect(await fetch(segmentName(1, end, MIB))).toMatchObject({ code: 1 });
    expect(await fetch('00000009.history')).toMatchObject({ code: 1 });
  });

  test('the beginning of a segment where that is all there is', async () => {
    const position = (await insertPosition(server)) + BigInt(64 * MIB);
    const name = segmentName(1, position, MIB);
    const [some] = await stored(store, server);
    const bytes = some ? await decode(store, some) : Buffer.alloc(0);
    bytes.writeBigUInt64LE(position - (position % BigInt(MIB)), 8);
    const place = { class: some?.class ?? '', source: SOURCE, systemId: await systemId(server) };
    for (const at of [100n, 200n]) {
      const key = walKey(place, 1, name, position - (position % BigInt(MIB)) + at);
      bytes.writeUInt8(Number(at), 5000);
      await store.put(key, Readable.from([zstdCompressSync(bytes)]));
    }
    expect(await fetch(name)).toMatchObject({ code: 0 });
    expect((await readFile(target()))[5000]).toBe(200);
    // The segment before it is missing: no recovery may end there as if that were the end.
    const hole = await fetch(segmentName(1, position - BigInt(MIB), MIB));
    expect(hole).toMatchObject({
      code: 200,
      stderr: expect.stringContaining('goes on there with'),
    });
  });

  test('more than 125 where it is damaged, cannot be reached, or the command line is wrong', async () => {
    const wal = (await stored(store, server)).filter(({ kind }) => kind === 'segment')[3];
    const file = join(folder.path, 'store', String(wal?.key));
    const original = await readFile(file);
    await flipByte(file);
    await rm(join(folder.path, 'mine'), { recursive: true });
    await mkdir(join(folder.path, 'mine'));
    const damaged = await fetch(String(wal?.name));
    await writeFile(file, original);
    expect(damaged).toMatchObject({ code: 200, stderr: expect.stringContaining(String(wal?.key)) });
    const config = options().slice(0, 2);
    for (const [cwd, ...args] of [
      [server.dataDir, wal?.name, target(), ...config, '--store', `file://${folder.path}/mine`],
      [server.dataDir, wal?.name, target(), ...config, '--store', 'what://ever'],
      [server.dataDir, wal?.name, target(), '--frobnicate'],
      [server.dataDir, 'some', 'where', ...options()],
      [folder.path, wal?.name, target(), ...options()],
    ]) {
      const { code } = await run(String(cwd), 'wal-fetch', ...args.map(String));
      expect([args, code]).toEqual([args, 200]);
    }
  });
});
