import { z } from 'zod';
import { readRuns } from '../../../lib/catalog/reader.ts';
import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { full, logical, postgresql, redis, snapshot } from '../../../lib/plan/language.ts';
import { definePlan } from '../../../lib/plan/schema.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { until } from '../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { startCluster, type TestCluster } from './cluster.ts';

jest.setTimeout(240_000);

const BUCKETS = {
  ...{ primary: 'shop', replica: 'shop-copy' },
  evidence: { primary: 'shop-evidence', replica: 'shop-evidence-copy' },
};
const NAMESPACE = 'shop-backup';
const specSchema = z.looseObject({
  containers: z.array(z.looseObject({ args: z.array(z.string()) })),
});

let postgres: PostgresServer;
let cache: RedisServer;
let s3: S3Server;
let cluster: TestCluster;

beforeAll(async () => {
  [postgres, cache, s3] = await Promise.all([
    startPostgres({ version: 15, tls: true }),
    startRedis({ password: 'of the cache' }),
    startS3(),
  ]);
  await postgres.sql(`CREATE ROLE tidemark LOGIN REPLICATION PASSWORD 'of the database'`);
  await postgres.sql('GRANT pg_read_all_data TO tidemark');
  await postgres.sql('GRANT EXECUTE ON FUNCTION pg_switch_wal() TO tidemark');
  await postgres.sql('CREATE TABLE orders (id int PRIMARY KEY)');
  await postgres.sql('INSERT INTO orders VALUES (1), (2)');
  await cache.command('HSET', 'user:1', 'name', 'Anna');
  const { compiled, findings } = compile(plan(), 'production');
  if (!compiled) throw new Error(JSON.stringify(findings));
  for (const name of [BUCKETS.primary, BUCKETS.evidence.primary]) {
    await s3.createBucket(name, { objectLock: true });
  }
  const buckets = { ...compiled.buckets, ...BUCKETS };
  const regions = { ...compiled.regions, primary: s3.region };
  cluster = await startCluster({ ...compiled, buckets, regions }, s3);
  const { ca = '' } = postgres.address;
  await cluster.secret(NAMESPACE, 'orders-backup', {
    ...{ username: 'tidemark', password: 'of the database', 'ca.crt': ca },
  });
  await cluster.secret(NAMESPACE, 'cache-backup', { password: 'of the cache' });
});

afterAll(async () => {
  await cluster?.stop();
  await Promise.all([postgres?.dispose(), cache?.dispose(), s3?.stop()]);
});

const plan = () =>
  definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '2d', rto: '1h' },
    kubernetes: { namespace: NAMESPACE, cluster: 'shop', image: 'registry.example.com/tidemark' },
    environments: { production: { account: '111111111111' } },
    verify: { checksums: 'weekly', restore: 'weekly' },
    sources: {
      orders: postgresql({
        server: {
          ...{ service: '127.0.0.1', port: postgres.address.port, database: 'postgres' },
          ...{ credentials: 'orders-backup', version: '15', tls: 'verify-full' },
          ...{ uid: postgres.uid, gid: postgres.gid },
        },
        protect: [
          full({ at: '03:00', keep: '30d' }),
          logical({ at: '02:30', keep: '30d', globals: 'without-passwords' }),
        ],
        hooks: { preDeploy: true, postDeploy: 'drill' },
        drill: {
          expect: [
            { query: 'SELECT count(*) FROM orders', answer: '2' },
            { query: 'SELECT max(id) < 10 FROM orders' },
          ],
          amcheck: true,
        },
      }),
      cache: redis({
        server: {
          service: '127.0.0.1',
          port: cache.address.port,
          credentials: 'cache-backup',
          tls: 'disable',
        },
        protect: [snapshot({ every: '6h', keep: '7d' })],
        drill: { expect: [{ query: 'HGET user:1 name', answer: 'Anna' }], memory: '1Gi' },
      }),
    },
  });

/** Runs a CronJob's pod to its end. */
const ended = async (name: string) => (await cluster.run(`CronJob/${name}`)).exit;

/** The same, of one that has to succeed. */
async function completed(name: string) {
  const { code, stdout, stderr, outOfMemory } = await ended(name);
  if (code !== EXIT.ok) throw new Error(`${name} ended with ${code}: ${stdout}\n${stderr}`);
  expect(outOfMemory).toBe(false);
}

/** Records of a kind in one of the buckets, oldest first. */
async function records(bucket: string, source: string, action: 'drill' | 'verify') {
  const store = await openStore(s3.url(bucket), { credentials: s3 });
  try {
    const from = new Date(Date.now() - 3_600_000);
    return await readRuns(store, source, { from, to: new Date(), action });
  } finally {
    await store.close();
  }
}

const inBoth = (source: string, action: 'drill' | 'verify') =>
  Promise.all([BUCKETS.primary, BUCKETS.evidence.primary].map((at) => records(at, source, action)));

describe('the pods that prove backups, run as a cluster runs them', () => {
  test('drill what a base backup of PostgreSQL holds, ask what the plan expects, and keep the proof', async () => {
    await completed('tidemark-orders-base-backup');
    await completed('tidemark-orders-drill');
    const [own, evidence] = await inBoth('orders', 'drill');
    expect(own).toMatchObject([
      {
        outcome: 'succeeded',
        queries: [{ found: '2' }, { found: 'true' }],
        counts: { rows: 2, indexes: expect.any(Number) },
      },
    ]);
    expect(evidence).toEqual(own);
  });

  test('end with a verdict that is not tried again where the data is not as expected', async () => {
    await postgres.sql('INSERT INTO orders VALUES (3)');
    try {
      await completed('tidemark-orders-base-backup');
      const { code, stdout } = await ended('tidemark-orders-drill');
      expect([code, stdout]).toEqual([
        EXIT.unhealthy,
        expect.stringContaining('the answer is 3; 2 was expected'),
      ]);
    } finally {
      await postgres.sql('DELETE FROM orders WHERE id = 3');
    }
    const [own, evidence] = await inBoth('orders', 'drill');
    expect(own?.at(-1)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('was expected'),
    });
    expect(evidence).toEqual(own);
  });

  test('drill the dump of before a deployment after it, and the newest dump', async () => {
    expect(await ended('tidemark-orders-post-deploy')).toMatchObject({
      ...{ code: EXIT.failed, stderr: expect.stringContaining('with the label pre-deploy') },
    });
    await completed('tidemark-orders-pre-deploy');
    for (const name of ['tidemark-orders-post-deploy', 'tidemark-orders-dump-drill']) {
      await completed(name);
      const drills = await records(BUCKETS.primary, 'orders', 'drill');
      expect(drills.at(-1)).toMatchObject({
        ...{ outcome: 'succeeded', backup: expect.stringContaining('-logical-') },
        queries: [{ found: '2' }, { found: 'true' }],
      });
    }
  });

  test('drill a snapshot of Redis', async () => {
    await completed('tidemark-cache-snapshot');
    await completed('tidemark-cache-drill');
    const [own, evidence] = await inBoth('cache', 'drill');
    expect(own).toMatchObject([{ outcome: 'succeeded', queries: [{ found: 'Anna' }] }]);
    expect(evidence).toEqual(own);
  });

  test.each(['orders', 'cache'])('read again what is due of %s', async (source) => {
    await completed(`tidemark-${source}-verification`);
    const [own, evidence] = await inBoth(source, 'verify');
    expect(own).toHaveLength(1);
    const sound = { id: expect.any(String), problems: [] };
    expect(own?.[0]).toMatchObject({ outcome: 'succeeded' });
    expect(own?.[0]).toHaveProperty(
      'backups',
      expect.arrayContaining([expect.objectContaining(sound)]),
    );
    expect(evidence).toEqual(own);
  });

  test('that are taken away in the middle say so on record', async () => {
    const pod = await cluster.run('CronJob/tidemark-orders-drill', (spec) => {
      const { containers } = specSchema.parse(spec);
      const asking = ({ args, ...container }: (typeof containers)[number]) => ({
        ...container,
        args: [...args, '--query', 'SELECT pg_sleep(3600)'],
      });
      return { ...spec, containers: containers.map(asking) };
    });
    const { output } = pod.containers.get('tidemark') ?? { output: { stderr: '' } };
    await until('the data is looked at', () => output.stderr.includes('reading every row'), 60_000);
    expect(await pod.terminate()).toMatchObject({ code: EXIT.interrupted });
    const drills = await records(BUCKETS.primary, 'orders', 'drill');
    expect(drills.at(-1)).toMatchObject({ outcome: 'failed' });
  });
});
