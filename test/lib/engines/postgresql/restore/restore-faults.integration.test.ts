import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import { Streaming } from '../../../../../lib/rehearsal/streaming.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { runContext } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import type { RestoreChildInput, RestoreChildOutcome } from '../../../../support/restore-child.ts';
import { type S3Server, startS3 } from '../../../../support/s3-server.ts';
import { TcpProxy } from '../../../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { upload } from '../../../../support/upload.ts';
import { filesOf } from './history.ts';

const VERSION = 17;
const FETCHING = 'fetching and checking the base backup';
const FETCHING_WAL = 'fetching and checking WAL';
const REPLAYING = 'replaying WAL';
const ROWS = 'SELECT count(*)::int AS rows, sum(hashtext(t::text)) AS digest FROM t';

let folder: TempFolder;
let server: PostgresServer;
let url: string;
let rows: Record<string, unknown>[];
let targets = 0;

beforeAll(async () => {
  folder = await tempFolder('restore-faults');
  await chmod(folder.path, 0o755);
  server = await startPostgres({ version: VERSION });
  const path = join(folder.path, 'store');
  await mkdir(path);
  url = pathToFileURL(path).href;
  const store = await openStore(url);
  const run = runContext(store, VERSION);
  await server.sql('CREATE TABLE t AS SELECT n, md5(n::text) FROM generate_series(1, 100000) n');
  const streaming = Streaming.start(run, server.address);
  await streaming.failsWith(backupPostgresql(run, { address: server.address, checkpoint: 'fast' }));
  let last = '';
  for (let segment = 0; segment < 4; segment++) {
    await server.sql(`INSERT INTO t SELECT n, 'more ' || n FROM generate_series(1, 10000) n`);
    const [switched] = await server.sql('SELECT pg_walfile_name(pg_switch_wal()) AS name');
    last = String(switched?.name);
  }
  rows = await server.sql(ROWS);
  await streaming.failsWith(
    until(last, async () => (await filesOf(path)).some((file) => file.endsWith(`${last}.zst`))),
  );
  await streaming.stop();
  await server.stop();
  await store.close();
});
afterAll(async () => {
  await server?.dispose();
  await folder?.remove();
});

const newTarget = () => join(folder.path, `parent-${targets++}`, 'data');

const input = (target: string, from = url): RestoreChildInput => ({
  ...{ url: from, version: VERSION, target },
  ...{ binDir: server.binDir, owner: { uid: server.uid, gid: server.gid } },
});

/** Restores in a process of its own. */
function startChild(options: RestoreChildInput) {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = join(import.meta.dirname, '../../../../support/restore-child.ts');
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', script];
  const [program = '', ...args] = options.full ? ['unshare', '--mount', ...asRoot, ...node] : node;
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Whoever is killed leaves the folder of its socket.
    env: { ...process.env, TMPDIR: folder.path },
  });
  child.stdin.end(JSON.stringify(options));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return { child, lines, closed: once(child, 'close') };
}

/** Restores here. */
async function restore(target: string, from = url, report: (event: RunEvent) => void = () => {}) {
  await mkdir(join(target, '..'), { recursive: true });
  const store = await openStore(from, { credentials: s3 });
  const { binDir, owner } = input(target);
  return restorePostgresql(runContext(store, VERSION, { report }), {
    ...{ target, to: 'latest', binDir, owner },
  }).finally(() => store.close());
}

/** Every row is in it, as it was. */
async function expectEverythingIn(dataDir: string) {
  const { password } = server.address;
  const restored = await startPostgres({ version: VERSION, existing: { dataDir, password } });
  try {
    expect(await restored.sql(ROWS)).toEqual(rows);
  } finally {
    await restored.dispose();
  }
}

/** Processes that work in a directory. */
async function processesIn(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const places = await Promise.all(
    pids.map(async (pid) => [pid, await readlink(`/proc/${pid}/cwd`).catch(() => '')] as const),
  );
  return places.filter(([, cwd]) => cwd === directory).map(([pid]) => pid);
}

async function expectUnfinished(target: string) {
  expect(await readdir(target)).toContain('TIDEMARK-INCOMPLETE');
  await expect(restore(target)).rejects.toThrow(/did not finish/);
}

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3?.stop());

describe('a file system that fills up', () => {
  test.each([
    ['while the base backup comes', FETCHING, 'TargetFullError', /no room is left for .*ENOSPC/],
    ['while WAL comes', FETCHING_WAL, 'TargetFullError', /no room is left for .*ENOSPC/],
    ['while WAL is replayed', REPLAYING, 'RecoveryError', /No space left on device/],
  ])('%s is said, and nothing looks like a database', async (_, during, name, message) => {
    const options = { ...input(newTarget()), full: { mebibytes: 700, during } };
    const { lines, closed } = startChild(options);
    await closed;
    const outcome: RestoreChildOutcome = JSON.parse(lines.at(-1) ?? '{}');
    expect(outcome).toMatchObject({ error: name, message: expect.stringMatching(message) });
    expect(outcome.target).toContain('TIDEMARK-INCOMPLETE');
    expect(outcome.parent).not.toContain('data.recovery');
  });
});

describe('a restore that is killed', () => {
  test.each([FETCHING, FETCHING_WAL, REPLAYING])(
    '%s leaves what nobody takes for a database',
    async (during) => {
      const target = newTarget();
      await mkdir(join(target, '..'));
      const { child, lines, closed } = startChild(input(target));
      await until(during, () => lines.some((line) => line.includes(`"${during}","bytes"`)));
      child.kill('SIGKILL');
      await closed;
      await expectUnfinished(target);
      // Its server goes on to its end by itself, or has ended.
      await until('the end of the server', async () => {
        const [pid] = await processesIn(target);
        if (pid !== undefined) process.kill(Number(pid), 'SIGKILL');
        return pid === undefined;
      });
      const other = newTarget();
      await restore(other);
      await expectEverythingIn(other);
    },
  );
});

test('a server that is killed while it replays is no recovery, and leaves no process', async () => {
  const target = newTarget();
  let killed: number | undefined;
  const report = ({ message }: RunEvent) => {
    if (message !== REPLAYING || killed !== undefined) return;
    killed = 0;
    void readFile(join(target, 'postmaster.pid'), 'utf8').then((text) => {
      killed = Number(text.split('\n')[0]);
      process.kill(killed, 'SIGKILL');
    });
  };
  await expect(restore(target, url, report)).rejects.toMatchObject({ name: 'RecoveryError' });
  expect(killed).toBeGreaterThan(0);
  await until('no process is left', async () => (await processesIn(target)).length === 0);
  await expectUnfinished(target);
});

test('of two restores into one directory one succeeds, and the other one changes nothing of it', async () => {
  const target = newTarget();
  const both = await Promise.allSettled([restore(target), restore(target)]);
  const failed = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(failed).toMatchObject([{ name: 'RestoreTargetError' }]);
  await expectEverythingIn(target);
});

describe('a network', () => {
  const bucket = 'restore-faults';
  let proxy: TcpProxy;
  beforeAll(async () => {
    proxy = await TcpProxy.start(s3);
    await s3.createBucket(bucket);
    const path = join(folder.path, 'store');
    await upload(s3.client, bucket, path, await filesOf(path), () => 'STANDARD');
  });
  afterAll(() => proxy?.stop());
  afterEach(() => proxy.resume());

  test('that breaks and comes back costs time, not the restore', async () => {
    const target = newTarget();
    const seen = new Set<string>();
    const report = ({ message, bytes }: RunEvent) => {
      // Once in each phase that reads, in the middle of what is read.
      if (seen.has(message) || !bytes || ![FETCHING, FETCHING_WAL].includes(message)) return;
      seen.add(message);
      proxy.refuse();
      proxy.cut();
      setTimeout(() => void proxy.listen(), 1_500).unref();
    };
    await restore(target, s3.url(bucket, `http://${proxy.host}:${proxy.port}`), report);
    expect([...seen]).toEqual([FETCHING, FETCHING_WAL]);
    await expectEverythingIn(target);
  });
});
