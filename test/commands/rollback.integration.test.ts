import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { compile } from '../../lib/plan/compile.ts';
import { logical, postgresql } from '../../lib/plan/language.ts';
import { definePlan } from '../../lib/plan/schema.ts';
import { synthesisedFiles } from '../k8s/synthesised.ts';
import { contentOf, inDatabase } from '../lib/engines/postgresql/logical/sample.ts';
import { cli } from '../support/cli.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const PLAN = definePlan({
  name: 'shop',
  regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
  objectives: { rpo: '30h', rto: '1h' },
  kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
  alerts: { email: ['oncall@example.com'] },
  environments: { production: { account: '222222222222' } },
  sources: {
    database: postgresql({
      server: {
        service: 'postgres.shop',
        database: 'shop',
        credentials: 'shop-db',
        version: '15',
        tls: 'disable',
      },
      protect: [logical({ at: '02:30', keep: '30d', databases: ['shop'] })],
      hooks: { preDeploy: true },
      verify: { checksums: 'weekly', restore: 'weekly' },
    }),
  },
});

const jobSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]) }),
    }),
  }),
});

let folder: TempFolder;
let server: PostgresServer;
let env: Record<string, string>;
/** The arguments of the hook's container, with the configuration where the test has it. */
let hook: string[];
let config: string;

beforeAll(async () => {
  folder = await tempFolder('rollback');
  server = await startPostgres({ version: 15 });
  env = {
    PGUSER: server.address.user,
    PGPASSWORD: server.address.password,
    PGHOST: server.address.host,
    PGPORT: String(server.address.port),
    TIDEMARK_STORE: `file://${join(folder.path, 'store')}`,
  };
  const { compiled } = compile(PLAN, 'production');
  if (!compiled) throw new Error('the plan has errors');
  const files = await synthesisedFiles(compiled);
  config = join(folder.path, 'plan.json');
  const [map] = parseAllDocuments(files.get('40-database-plan.yaml') ?? '').map((each) =>
    each.toJS(),
  );
  await writeFile(config, map.data['plan.json']);
  const job = jobSchema.parse(parse(files.get('hooks/database-pre-deploy.yaml') ?? ''));
  hook = job.spec.template.spec.containers[0].args.map((arg) =>
    arg === '/etc/tidemark/plan.json' ? config : arg,
  );
  await server.sql('CREATE DATABASE shop');
  await inDatabase(server, 'shop', [
    'CREATE TABLE customer (id serial PRIMARY KEY, name text NOT NULL)',
    "INSERT INTO customer (name) SELECT 'Zoë ' || n FROM generate_series(1, 5000) n",
    'CREATE TABLE orders (id bigserial PRIMARY KEY, customer int REFERENCES customer, cents int)',
    'INSERT INTO orders (customer, cents) SELECT 1 + n % 5000, n FROM generate_series(1, 20000) n',
    "SELECT lo_from_bytea(0, '\\x00ff')",
  ]);
});

afterAll(async () => {
  await server.dispose();
  await folder.remove();
});

const tidemark = (args: readonly string[], changed: Record<string, string> = {}) =>
  cli(args, { cwd: folder.path, env: { ...env, ...changed } });

test('the hook dumps, a migration goes wrong, and the state before it comes back', async () => {
  const before = await contentOf(server, 'shop');
  const taken = await tidemark(hook);
  expect(taken).toMatchObject({ code: 0 });
  const id = taken.stdout.split(' ')[0] ?? '';
  await inDatabase(server, 'shop', [
    'ALTER TABLE orders DROP COLUMN cents',
    'ALTER TABLE customer RENAME name TO full_name',
    'DELETE FROM orders WHERE id % 2 = 0',
    "INSERT INTO customer (full_name) VALUES ('of the new version')",
    'CREATE TABLE of_the_new_version (a int)',
    'SELECT lo_unlink(oid) FROM pg_largeobject_metadata',
  ]);
  // A backup of the broken state is the newest one: the label tells them apart.
  expect(await tidemark(['backup', ...hook.slice(1, 5), '--kind', 'logical'])).toMatchObject({
    code: 0,
  });
  const listed = await tidemark(['list', '--config', config]);
  const lines = listed.stdout.split('\n').filter((line) => line.includes('pre-deploy'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(id);

  const load = ['load', '--config', config, '--backup', id, '--replace', '--old', 'drop'];
  const refused = await tidemark([...load, '--confirm', 'shoq']);
  expect(refused.code).not.toBe(0);
  expect(await contentOf(server, 'shop')).not.toEqual(before);
  expect(await tidemark([...load, '--confirm', 'shop'])).toMatchObject({ code: 0 });
  expect(await contentOf(server, 'shop')).toEqual(before);
  await inDatabase(server, 'shop', ["INSERT INTO customer (name) VALUES ('goes on')"]);
});

test('a dump that fails ends with a code that stops the deployment', async () => {
  const failed = await tidemark(hook, { PGPASSWORD: 'of-somebody-else' });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain('password authentication failed');
});
