import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { EXIT } from '../../lib/commands/exit-codes.ts';
import { openStore } from '../../lib/stores/open.ts';
import { type CliResult, cli } from '../support/cli.ts';
import { logicalRun } from '../support/logical-source.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const LAUNCHER = resolve(import.meta.dirname, '../../bin/tidemark.mjs');

let folder: TempFolder;
let server: PostgresServer;
let env: Record<string, string>;
let common: string[];
let backup: string;

beforeAll(async () => {
  folder = await tempFolder('load-cli');
  server = await startPostgres({ version: 15 });
  const { address, binDir } = server;
  const url = pathToFileURL(join(folder.path, 'store')).href;
  const store = await openStore(url);
  const { compiled } = logicalRun(store, 15);
  await store.close();
  const config = join(folder.path, 'plan.json');
  await writeFile(config, JSON.stringify(compiled));
  common = ['--config', config, '--store', url];
  env = {
    PATH: `${binDir}${delimiter}${process.env.PATH ?? ''}`,
    PGHOST: address.host,
    PGPORT: String(address.port),
    PGUSER: address.user,
    PGPASSWORD: address.password,
    PGSSLMODE: 'disable',
  };
  await server.sql('CREATE TABLE orders (id int PRIMARY KEY, text text)');
  await server.sql(`INSERT INTO orders SELECT i, 'Ø ' || i FROM generate_series(1, 500) i`);
  const taken = await tidemark('backup', '--kind', 'logical', '--label', 'pre-migration', '--json');
  expect(taken.code).toBe(EXIT.ok);
  backup = JSON.parse(taken.stdout).id;
});
afterAll(async () => {
  await server?.dispose();
  await folder?.remove();
});

const tidemark = (command: string, ...args: string[]): Promise<CliResult> =>
  cli([command, ...common, ...args], { cwd: folder.path, env });

/** A migration that goes wrong. */
beforeEach(async () => {
  await server.sql('DROP TABLE IF EXISTS orders');
  await server.sql('CREATE TABLE orders (id int PRIMARY KEY)');
  await server.sql('INSERT INTO orders VALUES (1)');
});

const rows = () => server.sql('SELECT count(text)::int FROM orders');

test('undoes a migration once the name was said', async () => {
  const nameless = await tidemark('load', '--replace');
  expect(nameless).toMatchObject({ code: EXIT.input, stdout: '' });
  expect(nameless.stderr).toContain('say so with --confirm postgres');
  // Fetching may take hours.
  expect(nameless.stderr).not.toContain('fetching');
  const wrong = await tidemark('load', '--replace', '--confirm', 'shop');
  expect(wrong).toMatchObject({ code: EXIT.input, stdout: '' });
  expect(wrong.stderr).toContain('"shop" is not the name of what would be replaced, postgres');
  const unasked = await tidemark('load');
  expect(unasked).toMatchObject({ code: EXIT.failed, stdout: '' });
  expect(unasked.stderr).toContain('the database postgres holds data');
  expect(await server.sql('SELECT * FROM orders')).toEqual([{ id: 1 }]);

  const loaded = await tidemark('load', '--replace', '--confirm', 'postgres', '--backup', backup);
  expect(loaded).toMatchObject({ code: EXIT.ok });
  expect(loaded.stdout).toMatch(
    new RegExp(
      `^loaded postgres from ${backup} in \\d+.*\\n  rows of +before  backup  now\\n  postgres.public.orders  1 +500 +500\\n  kept    what was there is postgres_before_`,
    ),
  );
  expect(await rows()).toEqual([{ count: 500 }]);
});

test.each([
  ['postgres', EXIT.ok, 500],
  ['postgre', EXIT.input, undefined],
])('asks at a terminal: %s', async (typed, code, count) => {
  const args = ['load', ...common, '--replace', '--old', 'drop'];
  const program = join(folder.path, 'load.sh');
  await writeFile(program, `#!/bin/sh\nexec ${process.execPath} ${LAUNCHER} ${args.join(' ')}\n`);
  await chmod(program, 0o755);
  // A terminal of its own, as a person has one.
  const run = promisify(execFile)('script', ['--quiet', '--return', '-c', program, '/dev/null'], {
    env: { ...env, HOME: folder.path, TMPDIR: folder.path },
  });
  run.child.stdin?.end(`${typed}\n`);
  const { stdout, code: found } = await run.then(
    (result) => ({ ...result, code: EXIT.ok }),
    (error: { stdout: string; code: number }) => error,
  );
  expect(stdout).toContain('type postgres to replace it: ');
  expect(found).toBe(code);
  if (count === undefined) expect(await server.sql('SELECT * FROM orders')).toEqual([{ id: 1 }]);
  else expect(await rows()).toEqual([{ count }]);
});

test('brings a table that is gone back, as JSON', async () => {
  await server.sql('DROP TABLE orders');
  const loaded = await tidemark('load', '--table', 'orders', '--json');
  expect(loaded.code).toBe(EXIT.ok);
  expect(JSON.parse(loaded.stdout)).toMatchObject({
    backup,
    target: 'postgres.public.orders',
    rows: { 'postgres.public.orders': { before: null, backup: 500, after: 500 } },
  });
  expect(await rows()).toEqual([{ count: 500 }]);
  await server.sql('DELETE FROM orders WHERE id > 100');
  const merged = await tidemark('load', '--table', 'public.orders', '--by', 'merge');
  expect(merged.stdout).toContain('postgres.public.orders  100     500     500');
});

test('brings roles back', async () => {
  const roles = await tidemark('load', '--globals');
  expect(roles).toMatchObject({ code: EXIT.ok });
  expect(roles.stdout).toContain(`roles from ${backup}\n  made    none\n  kept    postgres\n`);
});
