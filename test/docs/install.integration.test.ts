import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { StoreAccessError } from '../../lib/stores/errors.ts';
import { openStore } from '../../lib/stores/open.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { cli } from '../support/cli.ts';
import { roleSession } from '../support/role-session.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const page = (name: string): string => readFileSync(join(DOCS, name), 'utf8');
const blocks = (name: string, language: string): string[] =>
  [...page(name).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block = '']) => block,
  );

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('install');
});
afterAll(() => folder.remove());

const objectSchema = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }).optional(),
});

/** Everything that is synthesised, such as `cronjob/tidemark-database-drill`. */
async function namesIn(directory: string): Promise<string[]> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  return texts
    .flatMap((text) => parseAllDocuments(text))
    .map((document) => objectSchema.parse(document.toJS()))
    .map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata?.name}`);
}

/** The plan of the first page, with what another page writes in place of its environment. */
function planOf(name: string): string {
  const [plan = ''] = blocks('install-eks.md', 'ts');
  if (name === 'install-eks.md') return plan;
  const [own = ''] = blocks(name, 'ts');
  const outside = plan.replace(/^ {2}(regions|alerts):.*\n/gm, '');
  return outside.replace(/^ {2}environments:.*\n/m, own);
}

describe.each([
  ['install-eks.md', 'production', ['uninstall.md', 'upgrade.md']],
  ['install-s3.md', 'site', []],
  ['install-gke.md', 'google', []],
])('%s', (name, environment, others) => {
  test('its plan is in order, and what its commands name is there', async () => {
    await writeFile(join(folder.path, 'shop.ts'), planOf(name));
    const run = (...args: string[]) => cli(args, { cwd: folder.path });
    // It tells of warnings, too.
    const { code, stderr } = await run('synth', '--plan', './shop.ts', '--env', environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const base = join(folder.path, 'dist/shop', environment);
    expect((await readdir(base)).includes('aws')).toBe(environment === 'production');

    const there = await namesIn(join(base, 'k8s'));
    const named = [name, ...others].flatMap((one) =>
      [...page(one).matchAll(/\b(cronjob|deployment)\/(tidemark-[\w-]+)/g)].map(([whole]) => whole),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((one) => !there.includes(one))).toEqual([]);
    const accounts = [...page(name).matchAll(/tidemark-database-(?:backup|restore|verify)\b/g)].map(
      ([account]) => `serviceaccount/${account}`,
    );
    expect(accounts.filter((one) => !there.includes(one))).toEqual([]);
  });
});

describe('the policies of install-s3.md, held by a server', () => {
  const policySchema = z.object({
    Statement: z.array(
      z.object({
        Effect: z.literal('Allow'),
        Action: z.array(z.string()),
        Resource: z.array(z.string()),
      }),
    ),
  });
  const USES = ['writer', 'restorer', 'verifier'] as const;
  const body = async function* () {
    yield Buffer.from('x');
  };
  const until = new Date(Date.now() + 24 * 3_600_000);
  let server: S3Server;
  let stores: Record<(typeof USES)[number], { store: ObjectStore; client: S3Client }>;

  beforeAll(async () => {
    server = await startS3();
    for (const bucket of ['backups', 'evidence']) {
      await server.createBucket(bucket, { objectLock: true });
    }
    const policies = blocks('install-s3.md', 'json');
    expect(policies).toHaveLength(USES.length);
    const opened = await Promise.all(
      policies.map(async (text, index) => {
        const { Statement } = policySchema.parse(JSON.parse(text));
        const env = await roleSession(server, Statement);
        const credentials = {
          accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
          secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
          sessionToken: env.AWS_SESSION_TOKEN ?? '',
        };
        const { endpoint, region } = server;
        const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
        const store = await openStore(server.url('backups'), { credentials });
        return [USES[index], { store, client }] as const;
      }),
    );
    stores = Object.fromEntries(opened) as typeof stores;
    await stores.writer.store.put('data/30d/one', body());
  });
  afterAll(async () => {
    for (const { store, client } of Object.values(stores ?? {})) {
      await store.close();
      client.destroy();
    }
    await server?.stop();
  });

  test('the writer adds, and locks what it adds', async () => {
    const { store } = stores.writer;
    await store.check();
    await store.put('data/30d/two', body(), { lock: { mode: 'governance', until } });
    expect(await store.head('data/30d/two')).toMatchObject({ size: 1 });
  });

  test('the restorer reads, and adds nothing', async () => {
    const { store } = stores.restorer;
    expect(await store.head('data/30d/one', { hidden: true })).toMatchObject({ size: 1 });
    expect(await store.holds?.isHeld('data/30d/one')).toBe(false);
    await expect(store.put('data/30d/three', body())).rejects.toThrow(StoreAccessError);
  });

  test('the verifier holds, and adds nothing but what it found', async () => {
    const { store } = stores.verifier;
    await store.holds?.place('data/30d/one');
    expect(await store.holds?.isHeld('data/30d/one')).toBe(true);
    await store.put('runs/one', body());
    await expect(store.put('data/30d/three', body())).rejects.toThrow(StoreAccessError);
  });

  test.each(USES)('the %s removes nothing', async (use) => {
    const { client } = stores[use];
    const remove = new DeleteObjectCommand({ Bucket: 'backups', Key: 'data/30d/one' });
    await expect(client.send(remove)).rejects.toThrow(
      expect.objectContaining({ name: 'AccessDenied' }),
    );
  });
});
