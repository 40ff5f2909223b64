import * as language from '../../../lib/plan/language.ts';
import { mistakesOf, overrideMistakesOf } from './source.ts';

const { full, replication } = language;
const nightly = full({ at: '03:00', keep: '30d' });
const live = replication({ within: '5m' });

/** A sound source of each engine, with every part that can be contradicted. */
const SOURCES = [
  language.postgresql({
    server: { service: 'postgres', database: 'shop', credentials: 'db', version: '18' },
    restore: { volumeClaim: 'restored' },
    protect: [nightly, language.wal({ flush: '60s' })],
  }),
  language.redis({
    server: { service: 'redis' },
    appendonly: { volume: 'data' },
    protect: [language.snapshot({ every: '1h' }), language.aof({ flush: '1s' })],
  }),
  language.mongodb({
    server: { service: 'mongodb', members: ['mongodb-1'], replicaSet: 'rs0' },
    protect: [nightly, language.oplog({ flush: '60s' })],
  }),
  language.clickhouse({
    server: { service: 'clickhouse', cluster: 'shards' },
    databases: ['events'],
    backup: { method: 'native', credentials: 's3' },
    protect: [nightly, language.incremental({ every: '1h', keep: '1d' })],
  }),
  language.kafka({
    server: { service: 'kafka', credentials: 'kafka', sasl: 'plain' },
    topics: { include: ['audit*'], exclude: ['audit.debug'] },
    mirror: { service: 'kafka-dr' },
    protect: [nightly, live],
  }),
  language.weaviate({
    server: { service: 'weaviate' },
    classes: { exclude: ['Scratch'] },
    protect: [nightly],
  }),
  language.vectorizer({
    server: { service: 'vectorizer' },
    apiVersion: 'v1',
    collections: { include: ['docs'] },
    replica: { service: 'vectorizer-replica' },
    protect: [nightly, live],
  }),
  language.objects({
    origin: { kind: 's3', bucket: 'uploads', region: 'us-east-1', prefix: 'a/' },
    mirror: { bucket: 'uploads-mirror', region: 'us-west-2' },
    versioning: true,
    protect: [nightly, live],
  }),
  language.kubernetes({
    velero: { namespace: 'velero' },
    namespaces: ['shop'],
    exclude: [],
    moveSnapshots: true,
    protect: [nightly],
  }),
  language.configuration({
    namespaces: ['shop'],
    kinds: ['ConfigMap'],
    git: { url: 'https://example.com/a.git', credentials: 'git' },
    protect: [language.onChange({ every: '1h' })],
  }),
  language.secrets({
    store: { kind: 'vault', service: 'vault', role: 'tidemark' },
    protect: [language.onChange({ every: '1h' })],
  }),
  language.command({
    image: 'memory:1',
    backup: ['export'],
    restore: ['import'],
    check: ['check'],
    env: { TOKEN: { secret: 'memory', key: 'token' } },
    reaches: [{ service: 'memory', port: 1 }],
    volumes: [{ claim: 'memory', path: '/data' }],
    protect: [nightly],
  }),
];

type Path = readonly string[];

const pathsOf = (value: unknown): Path[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, below]) => [
        [key],
        ...pathsOf(below).map((path) => [key, ...path]),
      ]);

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === key ? replaced(item, rest, by) : item));
  }
  const record = value as Record<string, unknown>;
  return { ...record, [key]: replaced(record[key], rest, by) };
}

/** None of these fits anywhere: each is a mistake, or at least no crash. */
const WRONG = [null, undefined, 7, -1, true, '', ' ', [], [null], {}, { kind: null }];

describe.each(SOURCES.map((source) => [source.engine, source] as const))(
  '%s',
  (_engine, source) => {
    test('is sound as it stands', () => {
      expect(mistakesOf(source)).toEqual([]);
    });

    test('is checked to its end wherever a part is malformed', () => {
      for (const path of pathsOf(source)) {
        for (const by of WRONG) {
          const reported = mistakesOf(replaced(source, path, by));
          for (const text of reported) {
            expect({ path, by, text }).toEqual({
              path,
              by,
              text: expect.stringMatching(/^.+: .+; .+/),
            });
            expect(text).not.toMatch(/see docs\/plan.md|Invalid|Too small|Too big/);
          }
        }
      }
    });

    test('is checked to its end whatever an environment makes of a part', () => {
      for (const part of Object.keys(source).filter((key) => key !== 'engine')) {
        for (const by of WRONG) {
          expect(() => overrideMistakesOf(source, { [part]: by })).not.toThrow();
        }
      }
    });
  },
);
