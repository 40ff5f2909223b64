import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  clickhouse,
  full,
  logical,
  mongodb,
  objects,
  postgresql,
  redis,
  snapshot,
  wal,
  weaviate,
} from '../../lib/plan/language.ts';
import { fileOf, shop, valuesOf } from '../k8s/values/values.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/values.md'), 'utf8');
const daily = [full({ at: '03:00', keep: '30d' })];

/** Sources that are told everything which there is to tell. */
const sources = {
  own: postgresql({
    server: { service: 'postgres', database: 'shop', credentials: 'shop-db', version: '18' },
    protect: [wal({ flush: '60s', keep: '30d' }), ...daily, logical({ at: '12:00', keep: '30d' })],
  }),
  ...Object.fromEntries(
    (['bitnami', 'cloudnative-pg', 'zalando'] as const).map((deployedBy) => [
      deployedBy,
      postgresql({
        server: { service: deployedBy, database: 'shop', credentials: 'shop-db', version: '18' },
        protect: daily,
        setup: { deployedBy },
      }),
    ]),
  ),
  cache: redis({
    server: { service: 'redis', credentials: 'shop-redis' },
    protect: [snapshot({ every: '1h', keep: '30d' })],
  }),
  vectors: weaviate({ server: { service: 'weaviate' }, protect: daily }),
  events: clickhouse({ server: { service: 'clickhouse' }, protect: daily }),
  documents: mongodb({
    server: { service: 'mongodb', replicaSet: 'rs0', credentials: 'mongodb' },
    protect: daily,
  }),
  uploads: objects({
    origin: { kind: 'minio', bucket: 'uploads', endpoint: 'https://minio:9000', credentials: 'm' },
    protect: daily,
  }),
};

test('every file that is written is described, and no other', () => {
  const table = text.slice(text.indexOf('| file |'), text.indexOf('None of them holds'));
  const described = [...table.matchAll(/`(<source>[^`]+|kustomization\.yaml)`/g)].map(([, n]) => n);
  const written = [...valuesOf(shop(sources)).keys()].map((name) => {
    const source = Object.keys(sources).find((one) => name.startsWith(`${one}.`));
    return source === undefined ? name : `<source>${name.slice(source.length)}`;
  });
  expect([...new Set(written)].sort()).toEqual([...new Set(described)].sort());
});

test('every right that the role gets is described', () => {
  const sql = fileOf(shop(sources), 'own.sql');
  const attributes = /ALTER ROLE \w+ (.*) PASSWORD/.exec(sql)?.[1]?.split(' ') ?? [];
  const granted = [...sql.matchAll(/^GRANT (?:EXECUTE ON FUNCTION pg_catalog\.)?(\w+)/gm)];
  const rights = [...attributes, ...granted.map(([, right = '']) => right)];
  expect(rights.length).toBeGreaterThan(4);
  const table = text.slice(text.indexOf('| right |'), text.indexOf('The password reaches'));
  expect(rights.filter((right) => !table.includes(right))).toEqual([]);
});
