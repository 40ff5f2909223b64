import { compile } from '../../../lib/plan/compile.ts';
import { clickhouse, full } from '../../../lib/plan/language.ts';
import { plan } from './example.ts';

type Override = Record<string, unknown>;

/** A warehouse that a program beside the server backs up, unless the environment overrides it. */
const warehouse = (backup: Override): unknown => ({
  ...plan({
    objectives: { rpo: '2d', rto: '1d' },
    sources: {
      warehouse: clickhouse({
        server: { service: 'clickhouse.shop', credentials: 'warehouse' },
        backup: { method: 'clickhouse-backup', port: 7272, credentials: 'api' },
        protect: [full({ at: '03:00', keep: '30d' })],
      }),
    },
  }),
  environments: {
    production: { account: '111111111111', sources: { warehouse: { backup } } },
  },
});

const errorsOf = (of: unknown): unknown[] =>
  compile(of, 'production')
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => [code, path]);

const settingsOf = (of: unknown): unknown =>
  compile(of, 'production').compiled?.sources[0]?.settings;

test('a part of another variant replaces the whole part', () => {
  const native = warehouse({ method: 'native' });
  expect(errorsOf(native)).toEqual([]);
  expect(settingsOf(native)).toMatchObject({ backup: { method: 'native' } });
  expect(settingsOf(native)).not.toHaveProperty('backup.credentials');
});

test.each([{ port: 7373 }, { method: 'clickhouse-backup', port: 7373 }])(
  'a part of the same variant is replaced key by key: %j',
  (backup) => {
    expect(settingsOf(warehouse(backup))).toMatchObject({
      backup: { method: 'clickhouse-backup', port: 7373, credentials: 'api' },
    });
  },
);

test('a key that the other variant does not have is still unknown', () => {
  expect(errorsOf(warehouse({ method: 'native', port: 7373 }))).toEqual([
    ['TM001', 'environments.production.sources.warehouse.backup.port'],
  ]);
});
