import { tmpdir } from 'node:os';
import { redisAgent } from '../../../../lib/engines/redis/agent.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import { redisRun } from '../../../support/redis-source.ts';

const run = async () => {
  const store = await openStore(`file://${tmpdir()}/never-written`);
  await store.close();
  return redisRun(store);
};

describe('wrong input is', () => {
  const env = { REDIS_PASSWORD: 'secret' };
  test.each([
    [
      'a kind that Redis has not',
      { kind: 'full' as const },
      'has no full backups; use one of: snapshot',
    ],
    ['another cluster', { acceptSystemId: '7' }, '--accept-system-id is for PostgreSQL'],
  ])('%s', async (_what, request, message) => {
    await expect(redisAgent.backup(await run(), { ...request, env })).rejects.toThrow(
      expect.objectContaining({
        name: 'EngineInputError',
        message: expect.stringContaining(message),
      }),
    );
  });

  test.each([
    ['a position', { to: { lsn: 1n } }, 'neither positions nor restore points'],
    ['a restore point', { to: { restorePoint: 'x' } }, 'use --to with a moment, or --backup'],
    ['a timeline', { to: 'latest' as const, timeline: 2 }, '--timeline and --exclusive are for'],
    ['an exclusive end', { to: 'latest' as const, exclusive: true }, 'leave them out'],
  ])('%s', async (_what, request, message) => {
    const context = await run();
    const restore = async () => redisAgent.restore(context, { target: '/nowhere', ...request });
    await expect(restore()).rejects.toThrow(
      expect.objectContaining({
        name: 'EngineInputError',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('a comparison of indexes', async () => {
    const context = await run();
    const request = { scratch: '/nowhere', target: 'latest' as const, expectations: [] };
    const drill = async () => redisAgent.drill(context, { ...request, amcheck: true });
    await expect(drill()).rejects.toThrow('--amcheck is for PostgreSQL; of Redis every value is');
  });
});
