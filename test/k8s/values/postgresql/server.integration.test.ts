import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import type { SourceInput } from '../../../../lib/engines/registry.ts';
import type { CompiledPlan } from '../../../../lib/plan/compiled.ts';
import { full, incremental, logical, postgresql, wal } from '../../../../lib/plan/language.ts';
import { planText } from '../../../../lib/plan/written.ts';
import { cli, startCli } from '../../../support/cli.ts';
import { until } from '../../../support/condition.ts';
import type { ServerVersion } from '../../../support/postgres-install.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { fileOf, shop } from '../values.ts';

jest.setTimeout(180_000);

const PASSWORD = "of the 'Secret'";
/** For the tests alone: the server's superuser, whom none of our lines lets in. */
const SUPERUSER_LINE = 'host all postgres 127.0.0.1/32 scram-sha-256\n';

const database = (version: '15' | '17' | '18'): SourceInput =>
  postgresql({
    server: { service: 'postgres', database: 'postgres', credentials: 'shop-db', version },
    size: { full: '10GiB', perDay: '2GiB' },
    protect: [
      wal({ flush: '1s', keep: '30d' }),
      full({ at: '02:00', keep: '30d' }),
      ...(version === '15' ? [] : [incremental({ every: '1h', keep: '2d' })]),
      logical({ at: '05:00', keep: '30d' }),
    ],
    verify: { checksums: 'weekly' },
    setup: { args: [] },
  });

const settingsSchema = z.object({ data: z.object({ 'pg_hba.conf': z.string() }) });
const patchSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]) }),
    }),
  }),
});

let folder: TempFolder;
let server: PostgresServer;
let compiled: CompiledPlan;

afterEach(async () => {
  await server?.dispose();
  await folder?.remove();
});

/**
 * A server that was told exactly what the files say, and nothing else that backups need: the lines for any server, or what
 * the patch of a pod says.
 */
async function start(
  version: ServerVersion & (15 | 17 | 18),
  form: 'lines' | 'pod',
): Promise<void> {
  folder = await tempFolder('values');
  await chmod(folder.path, 0o755);
  compiled = shop({ database: database(`${version}`) });
  const settings = form === 'lines' ? await asLines() : await asPod();
  server = await startPostgres({
    version,
    tls: true,
    // A checkpoint that takes its time would take the test's.
    settings: { log_statement: 'all', checkpoint_completion_target: '0', ...settings },
  });
  await place('database.sql', fileOf(compiled, 'database.sql'));
  await place('plan.json', planText(compiled));
  await server.sql('CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id');
}

async function place(name: string, text: string): Promise<string> {
  await writeFile(join(folder.path, name), text, { mode: 0o644 });
  return `'${join(folder.path, name)}'`;
}

async function asLines(): Promise<Record<string, string>> {
  const hba = `${fileOf(compiled, 'database.hba.conf')}${SUPERUSER_LINE}`;
  return {
    include: await place('database.conf', fileOf(compiled, 'database.conf')),
    hba_file: await place('hba.conf', hba),
  };
}

/** What the container is started with, and the files that are mounted there. */
async function asPod(): Promise<Record<string, string>> {
  const { data } = settingsSchema.parse(parse(fileOf(compiled, 'database.settings.yaml')));
  const patch = patchSchema.parse(parse(fileOf(compiled, 'database.pod.yaml')));
  const { args } = patch.spec.template.spec.containers[0];
  const flags = args.filter((word) => word !== '-c').map((word) => word.split('='));
  const given = flags.map(([name = '', value = '']) => [name, `'${value}'`] as const);
  return { ...Object.fromEntries(given), hba_file: await place('hba.conf', data['pg_hba.conf']) };
}

/** Runs the SQL as the file says, as the superuser. */
const runSql = (env: Record<string, string>) =>
  promisify(execFile)(
    join(server.binDir, 'psql'),
    ['--no-psqlrc', '--file', join(folder.path, 'database.sql')],
    { env: { PATH: process.env.PATH ?? '', ...connection(), ...env } },
  );

const connection = (user = server.address.user, password = server.address.password) => ({
  PGHOST: server.address.host,
  PGPORT: `${server.address.port}`,
  PGUSER: user,
  PGPASSWORD: password,
  PGDATABASE: 'template1',
});

const tidemark = (password: string) => {
  const { PGDATABASE: _database, ...env } = connection('tidemark', password);
  const options = {
    cwd: folder.path,
    env: {
      ...env,
      PATH: `${server.binDir}:${process.env.PATH}`,
      TIDEMARK_STORE: `file://${join(folder.path, 'store')}`,
    },
  };
  const args = (command: string, ...more: string[]) => [command, '--config', 'plan.json', ...more];
  return {
    run: (command: string, ...more: string[]) => cli(args(command, ...more), options),
    start: (command: string) => startCli(args(command), options),
  };
};

test.each([
  [15, 'lines'],
  [17, 'lines'],
  [18, 'pod'],
] as const)(
  'PostgreSQL %i that was told what is needed, as %s and SQL, gives every backup of the plan',
  async (version, form) => {
    await start(version, form);
    await runSql({ TIDEMARK_USER: 'tidemark', TIDEMARK_PASSWORD: PASSWORD });
    const agent = tidemark(PASSWORD);
    const stream = agent.start('wal');
    try {
      await until('WAL is stored', () => existsSync(join(folder.path, 'store', 'wal')), 60_000);
      for (const kind of ['full', ...(version === 15 ? [] : ['incremental']), 'logical']) {
        const { code, stderr } = await agent.run('backup', '--kind', kind);
        expect([kind, code, stderr]).toEqual([kind, 0, expect.any(String)]);
      }
    } finally {
      stream.child.kill('SIGTERM');
      await stream.result;
    }
    const { stdout } = await agent.run('list', '--json');
    const kinds = JSON.parse(stdout).map(({ kind }: { kind: string }) => kind);
    expect(kinds.sort()).toEqual(
      ['full', ...(version === 15 ? [] : ['incremental']), 'logical'].sort(),
    );
    expect(await server.log()).not.toContain(PASSWORD.replaceAll("'", "''"));
    const [role] = await server.sql(
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = 'tidemark'`,
    );
    expect(role).toEqual({
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: true,
      rolbypassrls: true,
    });
    // A day of WAL before it is compressed, by the plan's 2 GiB after.
    const [{ setting } = {}] = await server.sql(
      `SELECT current_setting('max_slot_wal_keep_size') AS setting`,
    );
    expect(setting).toBe('8GB');
  },
);

test('the SQL takes a new password, and refuses what would lock the backups out', async () => {
  await start(15, 'lines');
  const early = await tidemark('an old one').run('backup', '--kind', 'full');
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('tidemark') });
  await runSql({ TIDEMARK_USER: 'tidemark', TIDEMARK_PASSWORD: 'an old one' });
  await runSql({ TIDEMARK_PASSWORD: 'a new one' });
  expect(await tidemark('an old one').run('backup', '--kind', 'logical')).toMatchObject({
    code: 1,
  });
  expect(await tidemark('a new one').run('backup', '--kind', 'logical')).toMatchObject({ code: 0 });

  const failure = (env: Record<string, string>) =>
    runSql(env).then(
      () => '',
      ({ stderr }) => stderr,
    );
  expect(await failure({})).toContain('set TIDEMARK_PASSWORD to the one in the Secret');
  expect(await failure({ TIDEMARK_USER: 'orders"', TIDEMARK_PASSWORD: 'x' })).toContain(
    'the Secret names the role "orders""", and the plan tidemark',
  );
  await server.sql('ALTER ROLE tidemark SUPERUSER');
  expect(await failure({ TIDEMARK_PASSWORD: 'x' })).toContain('is a superuser');
});

test('the role goes as the page about it says, with its rights and its slots', async () => {
  await start(15, 'lines');
  await runSql({ TIDEMARK_PASSWORD: PASSWORD });
  await server.sql(`SELECT pg_create_physical_replication_slot('tidemark_shop', true)`);
  const page = await readFile(
    resolve(import.meta.dirname, '../../../../docs/uninstall.md'),
    'utf8',
  );
  const [, statements = ''] = /^```sql\n(.*?)^```$/ms.exec(page) ?? [];
  expect(statements).toContain('DROP ROLE tidemark');
  await server.sql(statements);
  expect(await server.sql('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
  expect(await server.sql(`SELECT FROM pg_roles WHERE rolname = 'tidemark'`)).toEqual([]);
});
