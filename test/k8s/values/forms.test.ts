import { parse } from 'yaml';
import type { PostgresqlSource, RedisSource, SourceInput } from '../../../lib/engines/registry.ts';
import {
  aof,
  clickhouse,
  full,
  incremental,
  logical,
  mongodb,
  oplog,
  postgresql,
  redis,
  snapshot,
  wal,
  weaviate,
} from '../../../lib/plan/language.ts';
import { fileOf, shop, valuesOf } from './values.ts';

const database = (
  setup: PostgresqlSource['setup'],
  changes: Partial<PostgresqlSource> = {},
  service = 'postgres',
): SourceInput =>
  postgresql({
    server: { service, database: 'shop', credentials: 'shop-db', version: '18' },
    protect: [
      wal({ flush: '60s', keep: '30d' }),
      full({ at: '03:00', keep: '30d' }),
      incremental({ every: '1h', keep: '2d' }),
      logical({ at: '05:00', keep: '30d' }),
    ],
    ...(setup && { setup }),
    ...changes,
  });

const cache = (setup: RedisSource['setup'], credentials?: string): SourceInput =>
  redis({
    server: { service: 'redis', ...(credentials && { credentials }), tls: 'disable' },
    appendonly: { volume: 'redis-data' },
    protect: [snapshot({ every: '1h', keep: '30d' }), aof({ flush: '1s', keep: '30d' })],
    ...(setup && { setup }),
  });

const yamlOf = (sources: Record<string, SourceInput>, name: string) =>
  parse(fileOf(shop(sources), name));
const names = (sources: Record<string, SourceInput>) => [...valuesOf(shop(sources)).keys()].sort();

describe('a PostgreSQL of one’s own', () => {
  test('outside of the cluster has lines and SQL alone', () => {
    const source = database(undefined, {}, 'db.example.com');
    expect(names({ database: source })).toEqual([
      'database.conf',
      'database.hba.conf',
      'database.sql',
    ]);
  });

  test('whose arguments are not known keeps them, and is told which line to write', () => {
    const text = fileOf(shop({ database: database(undefined) }), 'database.pod.yaml');
    expect(text).not.toContain('args:');
    expect(text).toContain("# The first line of the server's postgresql.conf is: include = '/etc/");
  });

  test('is never given on its command line what its own file may say more of', () => {
    const text = fileOf(shop({ database: database({ args: [] }) }), 'database.pod.yaml');
    expect(text).toContain('- summarize_wal=on');
    expect(text).not.toMatch(/wal_level|max_wal_senders|max_replication_slots/);
  });

  test('keeps its settings when everything of Tidemark is deleted by its labels', () => {
    const { metadata } = yamlOf({ database: database(undefined) }, 'database.settings.yaml');
    expect(metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'tidemark' });
  });

  test('is not thought to archive by its arguments alone', () => {
    const line = "archives once the last line of its postgresql.conf is: include = '/opt/";
    const archiving = database({ args: [] }, { archiving: {} });
    expect(fileOf(shop({ database: archiving }), 'database.pod.yaml')).toContain(line);
    const streams = database({ args: [] });
    expect(fileOf(shop({ database: streams }), 'database.pod.yaml')).not.toContain(line);
  });

  test('that only takes dumps is told nothing but who gets in', () => {
    const source = database(undefined, { protect: [logical({ at: '05:00', keep: '30d' })] });
    expect(names({ database: source })).not.toContain('database.conf');
    expect(fileOf(shop({ database: source }), 'database.hba.conf')).not.toContain('replication');
  });

  test('which is a Deployment of another name is found as the plan names it', () => {
    const source = database({ workload: 'deployment/orders', container: 'db' });
    expect(yamlOf({ database: source }, 'kustomization.yaml')).toEqual({
      apiVersion: 'kustomize.config.k8s.io/v1alpha1',
      kind: 'Component',
      resources: ['database.settings.yaml'],
      patches: [{ path: 'database.pod.yaml', target: { kind: 'Deployment', name: 'orders' } }],
    });
  });
});

describe('a PostgreSQL by', () => {
  test('Bitnami’s chart gets values: settings, a whole pg_hba.conf, what archives', () => {
    const values = yamlOf(
      { database: database({ deployedBy: 'bitnami' }, { archiving: { container: 'postgresql' } }) },
      'database.bitnami.yaml',
    );
    expect(values.primary.extendedConfiguration).toMatch(/^summarize_wal = on$/m);
    expect(values.primary.extendedConfiguration).toMatch(/^include = '.*archive\.conf'$/m);
    expect(values.primary.pgHbaConfiguration.split('\n')).toEqual(
      expect.arrayContaining([
        'hostssl replication tidemark all scram-sha-256',
        'hostssl all tidemark all scram-sha-256',
        'local all all scram-sha-256',
      ]),
    );
    expect(values.primary).toMatchObject({
      initContainers: [{ name: 'tidemark-archiving' }],
      extraVolumeMounts: expect.arrayContaining([
        expect.objectContaining({ name: 'tidemark-program' }),
      ]),
    });
    expect(values.serviceAccount).toEqual({ create: false, name: 'tidemark-database-backup' });
  });

  test('CloudNativePG gets a patch without what the operator sets by itself', () => {
    const source = database({ deployedBy: 'cloudnative-pg' }, {}, 'orders-rw');
    expect(yamlOf({ database: source }, 'database.cloudnative-pg.yaml')).toEqual({
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: 'orders', namespace: 'shop' },
      spec: {
        postgresql: {
          parameters: {
            max_slot_wal_keep_size: '16384MB',
            summarize_wal: 'on',
            wal_summary_keep_time: '10d',
          },
          pg_hba: [
            'hostssl replication tidemark all scram-sha-256',
            'hostssl all tidemark all scram-sha-256',
          ],
        },
        managed: {
          roles: [
            {
              name: 'tidemark',
              ensure: 'present',
              login: true,
              replication: true,
              bypassrls: true,
              inRoles: ['pg_read_all_data'],
              passwordSecret: { name: 'shop-db' },
            },
          ],
        },
      },
    });
  });

  test('Zalando’s operator gets the slot, which Patroni would drop, and names its Secret', () => {
    const source = database({ deployedBy: 'zalando', role: 'tidemark_backup' }, {}, 'acid-orders');
    const text = fileOf(shop({ 'my-db': source }), 'my-db.zalando.yaml');
    expect(parse(text).spec).toMatchObject({
      patroni: { slots: { tidemark_my_db: { type: 'physical' } } },
      users: { tidemark_backup: ['replication', 'bypassrls'] },
    });
    expect(parse(text).spec.patroni.pg_hba[0]).toBe(
      'hostssl replication tidemark_backup all scram-sha-256',
    );
    expect(text).toContain('tidemark-backup.acid-orders.credentials.postgresql.acid.zalan.do');
  });
});

describe('a Redis', () => {
  test('of which only snapshots are taken, without a Secret, is told nothing that it has not by itself', () => {
    const source = redis({
      server: { service: 'redis', tls: 'disable' },
      protect: [snapshot({ every: '1h', keep: '30d' })],
    });
    expect(names({ cache: source })).toEqual(['cache.conf']);
    expect(fileOf(shop({ cache: source }), 'cache.conf')).toMatch(/^repl-diskless-sync yes$/m);
  });

  test('without a Secret has no user to make', () => {
    expect(names({ cache: cache(undefined) })).not.toContain('cache.user.sh');
    const text = fileOf(shop({ cache: cache(undefined) }), 'cache.pod.yaml');
    expect(text).not.toContain('initContainers');
  });

  test('by Bitnami’s chart gets its settings behind the chart’s own, its user, and what ships its log', () => {
    const source = cache({ deployedBy: 'bitnami' }, 'shop-redis');
    const { master } = yamlOf({ cache: source }, 'cache.bitnami.yaml');
    expect(master.configuration).toMatch(/^aof-timestamp-enabled yes$/m);
    expect(master.configuration).toMatch(/^include \/etc\/tidemark-user\/user\.conf$/m);
    expect(master.initContainers).toMatchObject([
      { name: 'tidemark-user' },
      { name: 'tidemark-aof', restartPolicy: 'Always' },
    ]);
    expect(master.serviceAccount).toEqual({ create: false, name: 'tidemark-cache-backup' });
  });
});

describe('engines that no jobs are derived for', () => {
  const others = {
    vectors: weaviate({
      server: { service: 'weaviate', serviceAccount: 'weaviate' },
      protect: [full({ at: '02:00', keep: '30d' })],
    }),
    events: clickhouse({
      server: { service: 'clickhouse', serviceAccount: 'clickhouse' },
      protect: [full({ at: '02:00', keep: '30d' })],
    }),
    documents: mongodb({
      server: { service: 'mongodb', replicaSet: 'rs0', credentials: 'mongodb' },
      protect: [full({ at: '02:00', keep: '30d' }), oplog({ flush: '60s', keep: '30d' })],
    }),
  };

  test('Weaviate writes into the folder that its role may write to', () => {
    const values = yamlOf(others, 'vectors.weaviate.yaml');
    expect(values).toMatchObject({
      serviceAccountName: 'weaviate',
      backups: { s3: { enabled: true, envconfig: { BACKUP_S3_PATH: 'landing/vectors' } } },
    });
  });

  const stored = (url: string, backend: 'gcs' | 's3') =>
    valuesOf(
      shop(
        { vectors: weaviate({ ...others.vectors, backend }) },
        { store: { url, credentials: { secret: 'store-keys' } } },
      ),
    ).get('vectors.weaviate.yaml');

  test('and in storage that is not in AWS, with the keys of the store', () => {
    const url = 's3://backups/shop?endpoint=https://minio.example.com:9000&region=eu';
    expect(parse(stored(url, 's3') ?? '').backups).toEqual({
      s3: {
        enabled: true,
        envconfig: {
          BACKUP_S3_BUCKET: 'backups',
          BACKUP_S3_PATH: 'shop/landing/vectors',
          BACKUP_S3_ENDPOINT: 'minio.example.com:9000',
          BACKUP_S3_USE_SSL: true,
          AWS_REGION: 'eu',
        },
        envSecrets: { AWS_ACCESS_KEY_ID: 'store-keys', AWS_SECRET_ACCESS_KEY: 'store-keys' },
      },
    });
  });

  test('with the module of the provider that the store is of, and no other', () => {
    expect(parse(stored('gs://backups', 'gcs') ?? '').backups.gcs.envconfig).toEqual({
      BACKUP_GCS_BUCKET: 'backups',
      BACKUP_GCS_PATH: 'landing/vectors',
    });
    expect(stored('gs://backups', 's3')).toBeUndefined();
  });

  test('ClickHouse as well', () => {
    const { s3 } = yamlOf(others, 'events.clickhouse.yaml');
    expect(s3.tidemark.endpoint).toMatch(/^https:\/\/s3\.eu-central-1\..*\/landing\/events\/$/);
    expect(s3.tidemark.use_environment_credentials).toBe(true);
  });

  test('MongoDB keeps its oplog for as long as one full backup may fail', () => {
    expect(yamlOf(others, 'documents.mongod.yaml')).toEqual({
      replication: { replSetName: 'rs0' },
      storage: { oplogMinRetentionHours: 48 },
    });
  });
});

test('sources have files of their own, whatever they are called', () => {
  const sources = { a: database(undefined), 'a-hba': database(undefined, {}, 'other') };
  expect(names(sources)).toHaveLength(2 * names({ a: database(undefined) }).length - 1);
});

test('every file says where it comes from in its first line', () => {
  const compiled = shop({ database: database(undefined), cache: cache(undefined, 'shop-redis') });
  for (const [name, text] of valuesOf(compiled)) {
    expect([name, text.split('\n')[0]]).toEqual([
      name,
      expect.stringMatching(/^(#|--|\/\/) Generated by tidemark from plan shop for environment/),
    ]);
  }
});
