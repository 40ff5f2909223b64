import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cli, startCli } from '../support/cli.ts';
import { until } from '../support/condition.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let server: PostgresServer;
let s3: S3Server;
let env: Record<string, string>;
let store: string;

const run = (...args: string[]) => cli(args, { cwd: folder.path, env });
const withPlan = (command: string, ...args: string[]) =>
  run(command, '--plan', './shop.ts', '--env', 'production', ...args);

beforeAll(async () => {
  folder = await tempFolder('cli');
  // The restored directory belongs to the server's account, which has to reach it.
  await chmod(folder.path, 0o711);
  [server, s3] = await Promise.all([startPostgres({ version: 15 }), startS3()]);
  store = `file://${join(folder.path, 'store')}`;
  env = {
    PGUSER: server.address.user,
    PGPASSWORD: server.address.password,
    PGHOST: server.address.host,
    PGPORT: String(server.address.port),
    TIDEMARK_STORE: store,
    ...s3.env,
  };
  await writeFile(
    join(folder.path, 'shop.ts'),
    `import { definePlan, full, postgresql, wal } from 'tidemark';
     export default definePlan({
       name: 'shop',
       regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
       objectives: { rpo: '5m', rto: '1h' },
       kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
       alerts: { email: ['oncall@example.com'] },
       environments: { production: { account: '222222222222' } },
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
  await server.sql(
    'CREATE TABLE orders AS SELECT n AS id, md5(n::text) AS note FROM generate_series(1, 5000) n',
  );
});

afterAll(async () => {
  await server?.dispose();
  await s3?.stop();
  await folder?.remove();
});

/** Runs the streamer until WAL is safe, does something, and ends it as Kubernetes would. */
async function whileStreaming(action: () => Promise<void>) {
  const health = join(folder.path, 'health');
  const { child, result, stderr } = startCli(
    ['wal', '--plan', './shop.ts', '--env', 'production', '--health-file', health],
    { cwd: folder.path, env },
  );
  try {
    await until('the streamer stores WAL', () => stderr().includes('WAL is safe up to'));
    await action();
    const safe = stderr().split('WAL is safe').length;
    await until('what was written is safe', () => stderr().split('WAL is safe').length > safe + 1);
    expect((await run('health', '--file', health, '--max-age', '30s')).code).toBe(0);
  } finally {
    child.kill('SIGTERM');
  }
  expect((await result).code).toBe(130);
}

describe('from backup to restore', () => {
  let backup: string;
  let before: Date;

  test('nothing is there yet', async () => {
    await mkdir(join(folder.path, 'store'));
    expect((await withPlan('list')).stdout).toMatch(/^no backup of database in file:/);
    const status = await withPlan('status');
    expect(status.code).toBe(3);
    expect(status.stdout).toMatch(/there is none yet/);
    const verify = await withPlan('verify');
    expect(verify).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing to verify/) });
  });

  test('a backup is taken while WAL streams', async () => {
    await whileStreaming(async () => {
      const taken = await withPlan('backup', '--checkpoint', 'fast');
      expect(taken.stderr).not.toContain(server.address.password);
      expect(taken.code).toBe(0);
      expect(taken.stdout).toMatch(/^\d{8}T\d{6}Z-full-[0-9a-f]{8} {2}monthly, kept as 366d/);
      backup = taken.stdout.split(' ')[0] ?? '';
      await server.sql("INSERT INTO orders VALUES (5001, 'after the backup')");
      before = (await server.sql('SELECT clock_timestamp() AS at'))[0]?.at as Date;
      await server.sql('DROP TABLE orders');
    });
  });

  test('list and status show it', async () => {
    expect((await withPlan('list')).stdout).toContain(backup);
    const [manifest] = JSON.parse((await withPlan('list', '--json')).stdout);
    expect(manifest).toMatchObject({ id: backup, class: '366d', source: 'database' });
    expect((await withPlan('status')).stdout).toMatch(/full +\d{4}-.* fresh/);
  });

  test('verify reads every byte and says so in the status', async () => {
    const verified = await withPlan('verify', '--all');
    expect(verified.stdout).toMatch(/sound/);
    expect(verified.stdout).toMatch(/^WAL {2}sound/m);
    expect(verified.code).toBe(0);
    const status = await withPlan('status', '--json');
    expect(JSON.parse(status.stdout)[0]).toMatchObject({
      health: 'warning',
      reasons: ['no drill has proven yet that it can be restored'],
    });
    expect(status.code).toBe(0);
    expect((await withPlan('status', '--fail-on', 'warning')).code).toBe(3);
  });

  test('verify reads what is due, and what has a label', async () => {
    const due = JSON.parse((await withPlan('verify', '--due', '--json')).stdout);
    expect(due.backups).toMatchObject([{ id: backup, problems: [] }]);
    expect(due.wal.segments).toBeGreaterThan(0);
    expect(await withPlan('verify', '--label', 'pre-deploy')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no backup of database with the label pre-deploy/),
    });
  });

  test('drill restores, reads every row, and measures', async () => {
    const passed = await withPlan(
      'drill',
      ...['--scratch', folder.path, '--to', before.toISOString()],
      ...['--query', 'SELECT count(*) > 5000 FROM orders'],
    );
    expect(passed.stderr).not.toContain('! ');
    expect(passed.stdout).toMatch(/^drill of database passed\n/);
    expect(passed.stdout).toMatch(/back {4}after .* \(allowed 1 h\): fetched in .*, recovered in /);
    expect(passed.stdout).toMatch(/read {4}5001 rows of 1 table in 2 databases, 1 query asked/);
    expect(passed.code).toBe(0);
    expect(JSON.parse((await withPlan('status', '--json')).stdout)[0]).toMatchObject({
      health: 'ok',
      drill: { overdue: false },
    });
  });

  test('an audit shows what the drill measured', async () => {
    expect((await withPlan('synth')).code).toBe(0);
    const audit = await withPlan('audit', '--store', store);
    expect(audit.stderr).toBe('');
    expect(audit.stdout).toMatch(/✓ RTO 1 h: the last drill took \d/);
    expect(audit.stdout).toMatch(/soc2 +A1\.3 +satisfied/);
    expect(audit.code).toBe(0);
  });

  test('drill of a state that is not as expected fails, and says what it is', async () => {
    const query = ['--query', `SELECT to_regclass('orders') IS NULL`, '--expect', 'false'];
    const failed = await withPlan('drill', '--scratch', folder.path, '--json', ...query);
    expect(failed.code).toBe(3);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      outcome: 'failed',
      rtoSeconds: expect.any(Number),
      queries: [{ expected: 'false', found: 'true' }],
    });
    expect((await withPlan('status')).stdout).toContain('- the last drill failed: SELECT');
    expect((await readdir(folder.path)).filter((name) => name.includes('drill'))).toEqual([]);
  });

  test('restore brings the table back as it was before it was dropped', async () => {
    const target = join(folder.path, 'restored');
    const restored = await withPlan('restore', '--target', target, '--to', before.toISOString());
    expect(restored).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^restored .*restored/),
    });
    const again = await startPostgres({
      version: 15,
      existing: { dataDir: target, password: server.address.password },
    });
    try {
      const [row] = await again.sql('SELECT count(*)::int AS n, max(id) AS last FROM orders');
      expect(row).toEqual({ n: 5001, last: 5001 });
    } finally {
      await again.dispose();
    }
  });

  test('a target that holds data is refused', async () => {
    const result = await withPlan('restore', '--target', join(folder.path, 'restored'));
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^error: .*restored.*empty/s);
  });

  test('a moment that cannot be reached is refused with those that can', async () => {
    const result = await withPlan(
      'restore',
      '--target',
      join(folder.path, 'never'),
      '--to',
      '2020-01-01T00:00:00Z',
    );
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(new RegExp(String(before.getUTCFullYear())));
    expect(await readdir(folder.path)).not.toContain('never');
  });

  test('a flipped byte is found and named', async () => {
    const data = join(folder.path, 'store/data/366d/database', backup);
    const [name] = (await readdir(data)).filter((file) => file.startsWith('base.tar'));
    const file = join(data, name ?? '');
    const bytes = await readFile(file);
    const flipped = Buffer.from(bytes);
    flipped[1000] = (flipped[1000] ?? 0) ^ 1;
    await writeFile(file, flipped);
    const verified = await withPlan('verify');
    expect(verified.code).toBe(3);
    expect(verified.stdout).toMatch(/DAMAGED[\s\S]*base\.tar/);
    const restored = await withPlan('restore', '--target', join(folder.path, 'refused'));
    expect(restored).toMatchObject({ code: 1, stderr: expect.stringMatching(/base\.tar/) });
    const drilled = await withPlan('drill', '--scratch', folder.path);
    expect(drilled.code).toBe(3);
    expect(drilled.stdout).toMatch(/^drill of database FAILED\n {2}- .*base\.tar/);
    await writeFile(file, bytes);
  });

  test('Ctrl-C during a drill ends with 130 and leaves no server and no folder', async () => {
    const { child, result, stderr } = startCli(
      ['drill', '--plan', './shop.ts', '--env', 'production', '--scratch', folder.path],
      { cwd: folder.path, env },
    );
    await until('the drill has begun', () => stderr().includes('replaying WAL'));
    child.kill('SIGINT');
    expect((await result).code).toBe(130);
    expect((await readdir(folder.path)).filter((name) => name.startsWith('tidemark-'))).toEqual([]);
  });
});

describe('what is refused, and how', () => {
  test.each([
    ['an unknown plan', ['check', 'qickstart'], /did you mean "quickstart"/],
    ['an unknown environment', ['list', '--plan', './shop.ts', '--env', 'prod'], /production/],
    ['no policy at all', ['list'], /--plan PLAN --env ENVIRONMENT/],
    [
      'an unknown source',
      ['list', '--plan', './shop.ts', '--env', 'production', '--source', 'db'],
      /it has: database/,
    ],
    [
      'a moment without an offset',
      ['restore', '--target', 'x', '--to', '2026-01-01 00:00'],
      /offset from UTC/,
    ],
    [
      'two states at once',
      ['restore', '--target', 'x', '--to-lsn', '0/3000000', '--to-name', 'before'],
      /'--to-name <name>' cannot be used with option '--to-lsn <position>'/,
    ],
    [
      'a moment left out that nobody named',
      ['restore', '--target', 'x', '--exclusive', '--plan', './shop.ts', '--env', 'production'],
      /--exclusive goes with a moment \(--to\) or a position \(--to-lsn\)/,
    ],
    ['a query without its answer', ['drill', '--scratch', 'x', '--expect', '1'], /0 --query and 1/],
    [
      'a moment of one backup',
      ['drill', '--scratch', 'x', '--to', 'latest', '--backup', 'y'],
      /--to and --backup exclude each other/,
    ],
    [
      'two backups at once',
      ['drill', '--scratch', 'x', '--label', 'pre-deploy', '--dump'],
      /--label and --dump exclude each other/,
    ],
    [
      'everything, and what is due of it',
      ['verify', '--all', '--due'],
      /'--all' cannot be used with option '--due'/,
    ],
    ['an unknown option', ['backup', '--fast'], /unknown option '--fast'/],
    ['an unknown command', ['bakcup'], /backup/],
  ])('%s', async (_, args, message) => {
    const result = await run(...args);
    expect(result.code).toBe(2);
    expect(result.stdout).toBe('');
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at /);
  });

  test.each([
    ['a store of an unknown kind', 'ftp://example.com', 2, /s3:\/\/.*file:/],
    ['a bucket that does not exist', 's3', 1, /bucket/],
    ['a directory that is not there', 'file:///does/not/exist/at-all', 1, /does/],
  ])('%s', async (_, url, code, message) => {
    const result = await withPlan('backup', '--store', url === 's3' ? s3.url('nowhere') : url);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
  });

  test('wrong credentials for the bucket', async () => {
    await s3.createBucket('private');
    const result = await cli(
      ['backup', '--plan', './shop.ts', '--env', 'production', '--store', s3.url('private')],
      { cwd: folder.path, env: { ...env, AWS_SECRET_ACCESS_KEY: 'wrong-secret' } },
    );
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/credential|access/i);
    expect(result.stderr).not.toContain('wrong-secret');
  });

  test('no or wrong password for the server', async () => {
    const { PGPASSWORD: _, ...without } = env;
    const args = ['backup', '--plan', './shop.ts', '--env', 'production'];
    const missing = await cli(args, { cwd: folder.path, env: without });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/PGPASSWORD not set/) });
    const wrong = await cli(args, { cwd: folder.path, env: { ...env, PGPASSWORD: 'guess' } });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/password/) });
  });

  test('a store that belongs to another environment', async () => {
    const other = join(folder.path, 'other');
    await mkdir(other);
    await writeFile(
      join(other, 'tidemark.json'),
      JSON.stringify({ format: 1, plan: 'shop', environment: 'staging' }),
    );
    const result = await withPlan('backup', '--store', `file://${other}`);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/environment staging/) });
  });

  test('a compiled plan that is none', async () => {
    await writeFile(join(folder.path, 'plan.json'), '{"format":1}');
    const result = await run('list', '--config', 'plan.json');
    expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(/synthesise again/) });
  });

  test('a second streamer of the same source', async () => {
    await whileStreaming(async () => {
      const second = await withPlan('wal');
      expect(second.code).toBe(4);
      expect(second.stderr).toMatch(
        /another run that stores the log of database is running since .* as process \d+/,
      );
    });
  });

  test('a plan in which everything is wrong is told everything at once', async () => {
    await writeFile(
      join(folder.path, 'wrong.ts'),
      `export default { name: 'Shop', sources: { database: { engine: 'postgresql', protect: [{ kind: 'wal', flush: '60 seconds' }], verfy: {} } } };`,
    );
    const result = await run('check', './wrong.ts');
    expect(result.code).toBe(2);
    for (const path of [
      'name',
      'objectives',
      'sources.database.protect.0.flush',
      'sources.database.verfy',
    ]) {
      expect(result.stdout).toMatch(new RegExp(`TM\\d{3} +${path.replaceAll('.', '\\.')}\\n`));
    }
  });
});

test.each([
  'check',
  'synth',
  'backup',
  'wal',
  'list',
  'status',
  'verify',
  'restore',
  'drill',
  'health',
])('%s --help shows an example', async (command) => {
  const { code, stdout } = await run(command, '--help');
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`Examples?:\\n  \\$ .*tidemark ${command}`));
  expect(stdout).not.toContain('\t');
});

test('Ctrl-C during a backup ends with 130 and commits nothing', async () => {
  const empty = join(folder.path, 'interrupted');
  await mkdir(empty);
  const { child, result, stderr } = startCli(
    ['backup', '--plan', './shop.ts', '--env', 'production', '--store', `file://${empty}`],
    { cwd: folder.path, env },
  );
  await until('the backup has begun', () => stderr().includes('checkpoint'));
  child.kill('SIGINT');
  expect((await result).code).toBe(130);
  expect(await readdir(empty)).not.toContain('catalog');
});
