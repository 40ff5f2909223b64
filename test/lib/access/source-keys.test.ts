import { writableKeys } from '../../../lib/access/source-keys.ts';
import { compile } from '../../../lib/plan/compile.ts';
import {
  aof,
  full,
  logical,
  postgresql,
  redis,
  snapshot,
  wal,
} from '../../../lib/plan/language.ts';
import { plan, server } from '../plan/example.ts';

type Sources = Parameters<typeof plan>[0] & object;

/** Of which runs the writer of a source adds records. */
function recordsOf(source: NonNullable<Sources['sources']>[string]): string[] {
  const { compiled, findings } = compile(
    plan({ objectives: { rpo: '2d', rto: '1h' }, sources: { orders: source } }),
    'production',
  );
  const [found] = compiled?.sources ?? [];
  if (!found) throw new Error(JSON.stringify(findings));
  return writableKeys(found).flatMap((key) => /^runs\/.*Z-(.*)-\?{8}\.json$/.exec(key)?.[1] ?? []);
}

const backups = full({ at: '03:00', keep: '30d' });
const snapshots = snapshot({ every: '1h', keep: '7d' });
const redisServer = { service: 'redis.shop' };

test.each([
  [
    'streams WAL',
    postgresql({ server, protect: [wal({ flush: '60s', keep: '7d' }), backups] }),
    ['backup', 'wal', 'wal-gap'],
  ],
  ['takes base backups alone', postgresql({ server, protect: [backups] }), ['backup']],
  [
    'takes dumps alone',
    postgresql({ server, protect: [logical({ at: '02:30', keep: '30d' })] }),
    ['backup'],
  ],
  ['takes snapshots alone', redis({ server: redisServer, protect: [snapshots] }), ['backup']],
  [
    'ships its append-only file',
    redis({
      server: redisServer,
      appendonly: { volume: 'data' },
      protect: [snapshots, aof({ flush: '10s', keep: '7d' })],
    }),
    ['aof', 'backup'],
  ],
] as const)('a source that %s adds records of that and of nothing else', (_, source, expected) => {
  expect(recordsOf(source)).toEqual(expected);
});
