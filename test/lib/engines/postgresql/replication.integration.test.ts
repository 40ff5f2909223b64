import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerAddress } from '../../../../lib/engines/postgresql/connection.ts';
import { type Lsn, parseLsn, segmentName } from '../../../../lib/engines/postgresql/lsn.ts';
import { ReplicationConnection } from '../../../../lib/engines/postgresql/replication.ts';
import type { WalStream } from '../../../../lib/engines/postgresql/wal-stream.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';

const SEGMENT = 16 * 1024 * 1024;

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let server: PostgresServer;
  const open: ReplicationConnection[] = [];

  beforeAll(async () => {
    server = await startPostgres({
      version,
      tls: true,
      settings: { wal_sender_timeout: '2s', wal_keep_size: '256MB' },
    });
    await server.sql('CREATE TABLE filler (n int, text text)');
  });
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection.close();
  });
  afterAll(() => server.dispose());

  async function connect(signal?: AbortSignal): Promise<ReplicationConnection> {
    const connection = await ReplicationConnection.connect(
      server.address,
      signal ? { signal } : {},
    );
    open.push(connection);
    return connection;
  }

  async function currentLsn(): Promise<Lsn> {
    const [row] = await server.sql('SELECT pg_current_wal_flush_lsn()::text AS lsn');
    return parseLsn(String(row?.lsn));
  }

  /** Writes until a segment is complete. */
  async function fillSegment(): Promise<void> {
    await server.sql(
      "INSERT INTO filler SELECT n, repeat('x', 100) FROM generate_series(1, 1000) n",
    );
    await server.sql('SELECT pg_switch_wal()');
  }

  test('says which cluster it is', async () => {
    const connection = await connect();
    const [control] = await server.sql(
      'SELECT system_identifier::text AS id FROM pg_control_system()',
    );
    const system = await connection.identifySystem();
    expect(system.systemId).toBe(control?.id);
    expect(system.timeline).toBe(1);
    expect(await connection.show('wal_segment_size')).toBe('16MB');
  });

  test('a slot is read, an unknown one is undefined', async () => {
    const connection = await connect();
    expect(await connection.readReplicationSlot('missing')).toBeUndefined();
    await connection.createTemporarySlot('temporary');
    expect(await connection.readReplicationSlot('temporary')).toEqual({
      restartLsn: expect.any(BigInt),
      restartTimeline: 1,
    });
  });

  test('a refused command names itself and the SQLSTATE', async () => {
    const connection = await connect();
    await expect(connection.timelineHistory(7)).rejects.toMatchObject({
      name: 'ReplicationError',
      code: '58P01',
      message: expect.stringContaining('TIMELINE_HISTORY'),
    });
    const { timeline } = await connection.identifySystem();
    const stream = connection.startReplication({ slot: 'missing', lsn: 0n, timeline });
    await expect(collect(stream, 1n)).rejects.toMatchObject({ code: '42704' });
  });

  test('streams the bytes of pg_wal and stops when asked', async () => {
    const connection = await connect();
    await fillSegment();
    const start = (await currentLsn()) - BigInt(SEGMENT);
    const first = start - (start % BigInt(SEGMENT));
    await fillSegment();
    const stream = connection.startReplication({ lsn: first, timeline: 1 });
    const bytes = await collect(stream, first + BigInt(SEGMENT));
    stream.stop();
    for await (const message of stream) expect(message.walEnd).toBeGreaterThan(first);
    const file = join(server.dataDir, 'pg_wal', segmentName(1, first, SEGMENT));
    expect(sha256(bytes.subarray(0, SEGMENT))).toBe(sha256(await readFile(file)));
    expect(stream.timelineEnd).toBeUndefined();
    // The connection can be used again.
    expect((await connection.identifySystem()).timeline).toBe(1);
  });

  test('a consumer that is busy longer than wal_sender_timeout keeps its connection', async () => {
    const connection = await connect();
    const start = await currentLsn();
    const first = start - (start % BigInt(SEGMENT));
    for (let n = 0; n < 4; n++) await fillSegment();
    const end = await currentLsn();
    let received = 0n;
    const stream = connection.startReplication({ lsn: first, timeline: 1 });
    for await (const message of stream) {
      if (message.type !== 'wal') continue;
      if (received === 0n) {
        // More than is buffered is waiting: the socket is paused meanwhile.
        await delay(4_500);
      }
      received = message.start + BigInt(message.data.length);
      if (received >= end) stream.stop();
    }
    expect(received).toBeGreaterThanOrEqual(end);
    expect(await server.log()).not.toContain(
      'terminating walsender process due to replication timeout',
    );
  });

  test('the flush position moves the slot', async () => {
    await server.sql("SELECT pg_create_physical_replication_slot('moves', true)");
    const connection = await connect();
    const before = await connection.readReplicationSlot('moves');
    await fillSegment();
    const end = await currentLsn();
    const stream = connection.startReplication({
      slot: 'moves',
      lsn: end - (end % BigInt(SEGMENT)),
      timeline: 1,
    });
    const reading = collect(stream, end + 1n).catch(() => undefined);
    stream.sendStatus({ written: end, flushed: end, applied: 0n });
    const observer = await connect();
    const deadline = Date.now() + 10_000;
    let now = before;
    while (now?.restartLsn !== end && Date.now() < deadline) {
      stream.sendStatus({ written: end, flushed: end, applied: 0n });
      await delay(20);
      now = await observer.readReplicationSlot('moves');
    }
    expect(now?.restartLsn).toBe(end);
    expect(before?.restartLsn).toBeLessThan(end);
    stream.stop();
    await connection.close();
    await reading;
    await server.sql("SELECT pg_drop_replication_slot('moves')");
  });

  test('the signal cuts a command that waits, with its own reason', async () => {
    const controller = new AbortController();
    const connection = await connect(controller.signal);
    const stream = connection.startReplication({ lsn: await currentLsn(), timeline: 1 });
    const waiting = collect(stream, 2n ** 63n);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  test('a killed server ends the stream with an error', async () => {
    const connection = await connect();
    const stream = connection.startReplication({ lsn: await currentLsn(), timeline: 1 });
    const waiting = collect(stream, 2n ** 63n);
    await server.crash();
    await expect(waiting).rejects.toMatchObject({ name: 'ReplicationError', code: undefined });
    await server.start();
  });

  test.each<[string, Partial<ServerAddress>, RegExp]>([
    ['a wrong password', { password: 'wrong' }, /password authentication failed.*credentials/],
    ['a closed port', { port: 1 }, /ECONNREFUSED.*check the host and the port/],
    ['an unknown authority', { ca: '' }, /certificate/],
  ])('%s is refused with what to do', async (_, change, message) => {
    await expect(
      ReplicationConnection.connect({ ...server.address, ...change }),
    ).rejects.toMatchObject({
      name: 'ServerConnectError',
      message: expect.stringMatching(message),
    });
  });
});

async function collect(stream: WalStream, until: Lsn): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await iterator.next();
    if (done) break;
    if (value.type !== 'wal') continue;
    chunks.push(value.data);
    if (value.start + BigInt(value.data.length) >= until) break;
  }
  return Buffer.concat(chunks);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
