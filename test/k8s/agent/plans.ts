import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import {
  aof,
  full,
  incremental,
  logical,
  postgresql,
  redis,
  snapshot,
  wal,
} from '../../../lib/plan/language.ts';
import { definePlan, type PlanInput } from '../../../lib/plan/schema.ts';

/** Where a server is, and whose its files are. */
export interface ServerPlace {
  readonly port: number;
  readonly uid: number;
  readonly gid: number;
}

/** Of a server that is never asked. */
export const NOWHERE: ServerPlace = { port: 5432, uid: 999, gid: 999 };

/** Everything that pods are derived from for a PostgreSQL server outside of the plan's namespace. */
export const everythingOfPostgresql = ({ port, uid, gid }: ServerPlace): CompiledPlan =>
  compiled({
    orders: postgresql({
      server: {
        ...{ service: '127.0.0.1', port, uid, gid, database: 'orders', version: '17' },
        ...{ credentials: 'orders-backup', tls: 'verify-full' },
      },
      protect: [
        wal({ flush: '60s', keep: '8d' }),
        full({ at: '03:00', keep: '30d' }),
        incremental({ every: '6h', keep: '7d' }),
        logical({ at: '02:30', keep: '30d', globals: 'without-passwords' }),
      ],
      setup: { superuser: 'postgres-superuser' },
      hooks: { preDeploy: true },
      restore: { volumeClaim: 'orders-restored' },
      load: { credentials: 'orders-owner', scratch: '1GiB', scale: ['deployment/api'] },
    }),
  });

/** The same for Redis; its pod, too, is in the plan's namespace, because a part of it is ours. */
export const everythingOfRedis = ({ port, uid, gid }: ServerPlace): CompiledPlan =>
  compiled({
    cache: redis({
      server: {
        service: 'redis',
        port,
        uid,
        gid,
        version: '7',
        credentials: 'cache',
        tls: 'disable',
      },
      appendonly: { volume: 'data' },
      protect: [snapshot({ every: '1h', keep: '7d' }), aof({ flush: '1s', keep: '7d' })],
      restore: { volumeClaim: 'cache-restored' },
    }),
  });

/** A server in the plan's namespace that archives WAL by itself. */
export const archivingPostgresql = ({ port, uid, gid }: ServerPlace): CompiledPlan =>
  compiled({
    orders: postgresql({
      server: {
        ...{ service: 'postgres', port, uid, gid, database: 'postgres', version: '17' },
        ...{ credentials: 'orders-backup', tls: 'disable' },
      },
      protect: [wal({ flush: '60s', keep: '8d' }), full({ at: '03:00', keep: '30d' })],
      archiving: {},
    }),
  });

/** What is proved in the cluster: drills of both engines, also of a dump, and one after a deployment. */
export const proved = ({ port, uid, gid }: ServerPlace): CompiledPlan =>
  compiled(
    {
      orders: postgresql({
        server: {
          ...{ service: 'postgres.shop', port, uid, gid, database: 'orders', version: '17' },
          ...{ credentials: 'orders-backup', tls: 'verify-full' },
        },
        protect: [
          full({ at: '03:00', keep: '30d' }),
          logical({ at: '02:30', keep: '30d', globals: 'without-passwords' }),
        ],
        hooks: { preDeploy: true, postDeploy: 'drill' },
        drill: { expect: [{ query: 'SELECT count(*) FROM orders', answer: '2' }] },
      }),
      cache: redis({
        server: { service: 'redis.shop', credentials: 'cache', tls: 'disable' },
        protect: [snapshot({ every: '1h', keep: '7d' })],
        drill: { expect: [{ query: 'GET order', answer: '2' }], memory: '1Gi' },
      }),
    },
    { objectives: { rpo: '2d', rto: '1h' }, verify: { checksums: 'weekly', restore: 'weekly' } },
  );

/** Pods that get their rights from Secrets, and do what AWS would do elsewhere. */
export const outsideAws = ({ port, uid, gid }: ServerPlace): CompiledPlan => {
  const credentials = { writer: 'writer', restorer: 'reader', verifier: 'verifier' };
  const url = 's3://backups?endpoint=https://minio.example.com&region=us-east-1';
  const evidence = 's3://evidence?endpoint=https://minio.example.com&region=us-east-1';
  const plan = definePlan({
    name: 'shop',
    objectives: { rpo: '2d', rto: '1h' },
    kubernetes: {
      namespace: 'shop-backup',
      cluster: 'site',
      image: 'registry.example.com/tidemark',
    },
    environments: { production: { store: { url, evidence, credentials } } },
    verify: { exists: 'daily', size: 'weekly', checksums: 'weekly' },
    sources: {
      orders: postgresql({
        server: {
          ...{ service: 'postgres.shop', port, uid, gid, database: 'orders', version: '17' },
          ...{ credentials: 'orders-backup', tls: 'disable' },
        },
        protect: [full({ at: '03:00', keep: '30d' })],
        restore: { volumeClaim: 'orders-restored' },
      }),
    },
  });
  return right(compile(plan, 'production'));
};

function right({ compiled, findings }: ReturnType<typeof compile>): CompiledPlan {
  if (!compiled) throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
  return compiled;
}

function compiled(
  sources: PlanInput['sources'],
  changes: Partial<Pick<PlanInput, 'objectives' | 'verify'>> = {},
): CompiledPlan {
  const plan = compile(
    definePlan({
      name: 'shop',
      regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
      objectives: { rpo: '1h', rto: '1h' },
      kubernetes: {
        namespace: 'shop-backup',
        cluster: 'shop',
        image: 'registry.example.com/tidemark',
      },
      alerts: { email: ['oncall@example.com'] },
      environments: { production: { account: '111111111111' } },
      sources,
      ...changes,
    }),
    'production',
  );
  const result = right(plan);
  // The test's S3 server takes 2,048 characters of a role's policy, in which names of buckets come again and again.
  const { evidence, ...buckets } = { ...result.buckets, primary: 'shop', replica: 'copy' };
  const short = { ...evidence, primary: 'proof', replica: 'proof-copy' };
  return { ...result, buckets: { ...buckets, evidence: short } };
}
