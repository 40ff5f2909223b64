import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  GetObjectRetentionCommand,
  ListObjectsV2Command,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { dataObjects, manifestKeyOf } from '../../lib/catalog/backup-objects.ts';
import { type Manifest, manifestSchema } from '../../lib/catalog/manifest.ts';
import { MIB } from '../../lib/stores/parts.ts';
import { cli, startCli } from '../support/cli.ts';
import { until } from '../support/condition.ts';
import { hideAll, removeHidden } from '../support/expiry.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

jest.setTimeout(180_000);

const KEPT = 'staging';
const LOCKED = 'production';
const DAY_MS = 86_400_000;
const ROWS = `SELECT count(*)::int AS rows, md5(string_agg(o::text, ',' ORDER BY id)) AS digest FROM orders o`;

let folder: TempFolder;
let server: PostgresServer;
let s3: S3Server;

beforeAll(async () => {
  folder = await tempFolder('hold');
  // The restored directory belongs to the server's account, which has to reach it.
  await chmod(folder.path, 0o711);
  [server, s3] = await Promise.all([startPostgres({ version: 15 }), startS3()]);
  await writeFile(
    join(folder.path, 'shop.ts'),
    `import { definePlan, full, postgresql, wal } from 'tidemark';
     export default definePlan({
       name: 'shop',
       regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
       objectives: { rpo: '5m', rto: '1h' },
       kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
       alerts: { email: ['oncall@example.com'] },
       environments: {
         ${KEPT}: { account: '222222222222' },
         ${LOCKED}: { account: '222222222222', lock: 'governance' },
       },
       sources: {
         database: postgresql({
           server: { service: 'postgres.shop', database: 'postgres', credentials: 'shop-db', version: '15', tls: 'disable', uid: ${server.uid}, gid: ${server.gid} },
           protect: [wal({ flush: '1s', keep: '7d' }), full({ at: '02:00', keep: { daily: '30d', monthly: '1y' } })],
           verify: { checksums: 'weekly', restore: 'weekly' },
           restore: { volumeClaim: 'postgres-restored' },
         }),
       },
     });`,
  );
  // Does not compress below one part, so that the base backup is written in several.
  await server.sql(
    `CREATE TABLE orders AS SELECT n AS id, md5(n::text) || md5((n + 1)::text) AS note FROM generate_series(1, 400000) n`,
  );
});

afterAll(async () => {
  await server?.dispose();
  await s3?.stop();
  await folder?.remove();
});

const environment = (bucket: string) => ({
  PGUSER: server.address.user,
  PGPASSWORD: server.address.password,
  PGHOST: server.address.host,
  PGPORT: String(server.address.port),
  TIDEMARK_STORE: s3.url(bucket),
  ...s3.env,
});

/** Runs a command of the environment that is called like its bucket. */
async function tidemark(bucket: string, command: string, ...args: string[]) {
  const all = [command, '--plan', './shop.ts', '--env', bucket, ...args];
  const result = await cli(all, { cwd: folder.path, env: environment(bucket) });
  if (result.code !== 0) throw new Error(`${command}: ${result.code} ${result.stderr}`);
  return result;
}

async function backup(bucket: string): Promise<Manifest> {
  const { stdout } = await tidemark(bucket, 'backup', '--checkpoint', 'fast', '--json');
  return manifestSchema.parse(JSON.parse(stdout));
}

/** Streams until what was written before is safe. */
async function stream(bucket: string): Promise<void> {
  const { child, result, stderr } = startCli(['wal', '--plan', './shop.ts', '--env', bucket], {
    cwd: folder.path,
    env: environment(bucket),
  });
  try {
    await until('WAL is stored', () => stderr().split('WAL is safe').length > 3);
  } finally {
    child.kill('SIGTERM');
  }
  await result;
}

const objectsOf = (manifest: Manifest) => [manifestKeyOf(manifest), ...dataObjects(manifest)];

describe('when backups stop and everything expires', () => {
  let first: Manifest;
  let second: Manifest;
  let rows: unknown;

  beforeAll(async () => {
    await s3.createBucket(KEPT, { objectLock: true });
    first = await backup(KEPT);
    expect((await tidemark(KEPT, 'verify')).stderr).toContain(
      `held as the newest verified: ${first.id}`,
    );
    await server.sql(`DELETE FROM orders WHERE id % 7 = 0`);
    [rows] = await server.sql(ROWS);
    await stream(KEPT);
    second = await backup(KEPT);
  });

  test('a verification moves the hold to the newest backup', async () => {
    expect((await tidemark(KEPT, 'list')).stdout).toMatch(
      new RegExp(`state\\n${first.id} .*  held\\n${second.id} [^\\n]*iB$`, 'm'),
    );
    const { stderr } = await tidemark(KEPT, 'verify', '--all');
    expect(stderr).toContain(`held as the newest verified: ${second.id}`);
    expect(stderr).not.toContain('hidden');
    const listed = JSON.parse((await tidemark(KEPT, 'list', '--json')).stdout);
    expect(listed).toMatchObject([
      { id: first.id, held: false, hidden: false },
      { id: second.id, held: true, hidden: false },
    ]);
  });

  test('it is left, alone and whole', async () => {
    await hideAll(s3, KEPT, 'catalog/');
    await hideAll(s3, KEPT, 'data/');
    await hideAll(s3, KEPT, 'wal/');
    await hideAll(s3, KEPT, 'runs/');
    expect(await removeHidden(s3, KEPT)).toEqual(objectsOf(second).sort());
    const base = second.files.find(({ name }) => name.startsWith('base.tar'));
    expect(base?.size).toBeGreaterThan(8 * MIB);
  });

  test('it is listed', async () => {
    const { stdout, stderr } = await tidemark(KEPT, 'list');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stdout).toMatch(new RegExp(`^${second.id} .*  held, hidden$`, 'm'));
  });

  test('it is restored, to the last row', async () => {
    const target = join(folder.path, 'restored');
    const { stderr } = await tidemark(KEPT, 'restore', '--target', target);
    expect(stderr).toMatch(
      /only hidden by a delete marker: it is held, so that nothing removes it/,
    );
    const restored = await startPostgres({
      version: 15,
      existing: { dataDir: target, password: server.address.password },
    });
    try {
      expect(await restored.sql(ROWS)).toEqual([rows]);
    } finally {
      await restored.dispose();
    }
  });

  test('it is verified, and drilled', async () => {
    const verified = await tidemark(KEPT, 'verify');
    expect(verified.stdout).toMatch(/sound/);
    expect(verified.stderr).toMatch(
      /"warning","message":"\S+ is only hidden by a delete marker: .*, and no newer backup is there"/,
    );
    const scratch = ['--scratch', folder.path, '--query', 'SELECT count(*) > 1000 FROM orders'];
    const drill = JSON.parse((await tidemark(KEPT, 'drill', ...scratch, '--json')).stdout);
    expect(drill).toMatchObject({ outcome: 'succeeded', backup: second.id });
  });

  test('the next verified backup takes its place, and it goes', async () => {
    const third = await backup(KEPT);
    await tidemark(KEPT, 'verify');
    expect(await removeHidden(s3, KEPT)).toEqual([]);
    const listed = JSON.parse((await tidemark(KEPT, 'list', '--json')).stdout);
    expect(listed).toMatchObject([{ id: third.id, held: true, hidden: false }]);
  });
});

describe('with a lock in the plan', () => {
  const DEFAULT_DAYS = 7;
  let before: number;
  let manifest: Manifest;

  beforeAll(async () => {
    await s3.createBucket(LOCKED, { objectLock: true });
    await s3.client.send(
      new PutObjectLockConfigurationCommand({
        Bucket: LOCKED,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: DEFAULT_DAYS } },
        },
      }),
    );
    before = Date.now();
    await stream(LOCKED);
    manifest = await backup(LOCKED);
  });

  /** Days from the beginning of the test to the end of the lock, of every object below a prefix. */
  async function lockedDays(prefix: string): Promise<number[]> {
    const { Contents = [] } = await s3.client.send(
      new ListObjectsV2Command({ Bucket: LOCKED, Prefix: prefix }),
    );
    expect(Contents.length).toBeGreaterThan(0);
    const days = new Set<number>();
    for (const { Key } of Contents) {
      const { Retention } = await s3.client.send(
        new GetObjectRetentionCommand({ Bucket: LOCKED, Key }),
      );
      expect(Retention?.Mode).toBe('GOVERNANCE');
      days.add(Math.floor((Number(Retention?.RetainUntilDate) - before + 5_000) / DAY_MS));
    }
    return [...days];
  }

  test('every object is locked for as long as its class keeps it', async () => {
    // The first backup of a month is kept for a year. Its data is written up to a job before its manifest.
    expect(manifest.class).toBe('366d');
    expect(await lockedDays('catalog/366d/')).toEqual([366]);
    expect(await lockedDays('data/366d/')).toEqual([367]);
    expect(await lockedDays('wal/7d/')).toEqual([DEFAULT_DAYS]);
    expect(await lockedDays('runs/')).toEqual([DEFAULT_DAYS]);
  });

  test('nothing can be removed, and everything that was hidden comes back', async () => {
    const hidden = await hideAll(s3, LOCKED);
    expect(await removeHidden(s3, LOCKED)).toEqual(hidden);
    const { stdout } = await tidemark(LOCKED, 'list');
    expect(stdout).toMatch(new RegExp(`^${manifest.id} .*  hidden$`, 'm'));
    const target = join(folder.path, 'unhidden');
    const { stderr } = await tidemark(LOCKED, 'restore', '--target', target);
    expect(stderr).toMatch(/may be removed for good at any time; restore it now/);
  });
});
