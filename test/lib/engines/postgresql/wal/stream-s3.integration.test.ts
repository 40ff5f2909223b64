import { parseLsn } from '../../../../../lib/engines/postgresql/lsn.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type S3Server, startS3 } from '../../../../support/s3-server.ts';
import { WalChild } from './child.ts';
import {
  compareWithServer,
  expectUnbroken,
  insertPosition,
  MIB,
  records,
  slotPosition,
  write,
} from './streamer.ts';

const WAITING = 150 * MIB;
/** Waits on the server while the store is away, in MiB. */
const WHILE_AWAY = 400;
/** Far less than what waits: it cannot be in memory. */
const MAX_GROWTH = 160 * MIB;

jest.setTimeout(300_000);

describe.each([15, 18] as const)('PostgreSQL %i into S3', (version) => {
  let server: PostgresServer;
  let s3: S3Server;
  let store: ObjectStore;
  let child: WalChild | undefined;

  beforeAll(async () => {
    [server, s3] = await Promise.all([
      startPostgres({ version, settings: { wal_keep_size: '2GB', wal_sender_timeout: '3s' } }),
      startS3(),
    ]);
    for (const statement of ROLE_STATEMENTS) await server.sql(statement);
    await s3.createBucket('wal');
    store = await openStore(s3.url('wal'), { credentials: s3 });
  });
  afterAll(async () => {
    await child?.kill();
    await store.close();
    await server.dispose();
    await s3.stop();
  });

  const durable = () => parseLsn(String(child?.last('durable') ?? '0/0'));

  test('a store that is away for a while: the server keeps the WAL, memory stays bounded, nothing is missing', async () => {
    child = new WalChild(
      { url: s3.url('wal'), address: asAgent(server.address), version, flushSeconds: 1 },
      s3.env,
    );
    const before = await write(server, 20);
    await until('the first WAL is stored', () => durable() >= before, 60_000);
    const resident = Number(child.last('rss'));
    await s3.crash();
    const slot = await slotPosition(server);
    const during = await write(server, WHILE_AWAY);
    // Two segments are in memory; the rest waits on the server.
    await until(
      'the server is made to wait',
      async () => {
        const [row] = await server.sql(
          'SELECT coalesce(max(pg_current_wal_lsn() - sent_lsn), 0)::int AS waiting FROM pg_stat_replication',
        );
        return Number(row?.waiting) > WAITING;
      },
      30_000,
    );
    expect(await slotPosition(server)).toBe(slot);
    expect(durable()).toBeLessThan(during);
    await s3.start();
    await until('everything is stored', () => durable() >= during, 110_000);
    const end = await insertPosition(server);
    await until('the end is stored', () => durable() >= end, 30_000);
    await child.stop();
    expect(Number(child.last('peakBytes')) - resident).toBeLessThan(MAX_GROWTH);
    const names = await compareWithServer(store, server, 16 * MIB);
    expect(names.length).toBeGreaterThanOrEqual(WHILE_AWAY / 16);
    expectUnbroken(await records(store));
  });

  test('it ends within seconds although the store is away', async () => {
    child = new WalChild(
      { url: s3.url('wal'), address: asAgent(server.address), version, flushSeconds: 1 },
      s3.env,
    );
    const position = await write(server, 1);
    await until('it streams', () => durable() >= position, 60_000);
    await s3.crash();
    await write(server, 40);
    const began = Date.now();
    await child.stop();
    expect(Date.now() - began).toBeLessThan(10_000);
    await s3.start();
  });
});
