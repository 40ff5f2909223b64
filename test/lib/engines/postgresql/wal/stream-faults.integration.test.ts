import { chmod, chown, cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { zstdCompressSync } from 'node:zlib';
import { walKey } from '../../../../../lib/catalog/wal.ts';
import {
  parseLsn,
  parseSegmentName,
  segmentName,
} from '../../../../../lib/engines/postgresql/lsn.ts';
import type { WalGap } from '../../../../../lib/engines/postgresql/wal/stream-state.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore, WrittenObject } from '../../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS, SOURCE } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { StoreWrapper } from '../../../../support/store-wrapper.ts';
import { TcpProxy } from '../../../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { WalChild } from './child.ts';
import {
  compareWithServer,
  decode,
  dropSlots,
  expectUnbroken,
  insertPosition,
  MIB,
  records,
  SLOT,
  Streamer,
  slotPosition,
  stored,
  systemId,
  write,
} from './streamer.ts';

/** One deadline for all that is left to do: it is not given again to each step. */
const ENDS_WITHIN_MS = 6_000;

/** A store that may stop to answer; not even a signal ends what it was asked. */
class DeafStore extends StoreWrapper {
  hears = true;
  lists = true;
  unheard = 0;

  override put(...args: Parameters<StoreWrapper['put']>): Promise<WrittenObject> {
    return this.hears ? super.put(...args) : this.#never();
  }

  override async *listNames(prefix: string): AsyncIterable<string> {
    if (!this.lists) await this.#never();
    yield* super.listNames(prefix);
  }

  #never(): Promise<never> {
    this.unheard++;
    return new Promise(() => undefined);
  }
}

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let server: PostgresServer;
  let folder: TempFolder;
  let store: ObjectStore;
  const ends: (() => Promise<unknown>)[] = [];

  async function start(settings: Record<string, string> = {}): Promise<PostgresServer> {
    const started = await startPostgres({
      version,
      initdb: ['--wal-segsize=1'],
      settings: { wal_keep_size: '512MB', wal_sender_timeout: '3s', ...settings },
    });
    for (const statement of ROLE_STATEMENTS) await started.sql(statement);
    return started;
  }

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    folder = await tempFolder('wal');
    store = await openStore(`file://${folder.path}`);
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await dropSlots(server);
    await store.close();
    await folder.remove();
  });

  function stream(
    address = server.address,
    options: ConstructorParameters<typeof Streamer>[3] = {},
  ): Streamer {
    const streamer = new Streamer(store, version, asAgent(address), options);
    ends.push(() => streamer.stop().catch(() => undefined));
    return streamer;
  }

  /** The cluster as it is now, as a directory that another server can be started on. */
  async function copyData(): Promise<string> {
    const copy = await tempFolder('copy');
    ends.push(() => copy.remove());
    const dataDir = join(copy.path, 'data');
    await server.stop();
    await cp(server.dataDir, dataDir, { recursive: true });
    await chmod(dataDir, 0o700);
    await server.start();
    await give(copy.path, server);
    return dataDir;
  }

  test('killed in the middle of a segment under load, it goes on without a gap or a duplicate', async () => {
    const input = {
      url: store.url,
      address: asAgent(server.address),
      version,
      flushSeconds: 0.2,
    };
    let loading = true;
    const load = (async () => {
      while (loading) await write(server, 0.4);
    })();
    for (let round = 0; round < 3; round++) {
      const child = new WalChild(input);
      ends.push(() => child.kill());
      const before = (await stored(store, server)).length;
      await until('it stores', async () => {
        child.last('durable');
        return (await stored(store, server)).length > before + 3;
      });
      await child.kill();
    }
    loading = false;
    await load;
    const last = stream();
    await last.reaches(await insertPosition(server));
    await last.stop();
    const names = await compareWithServer(store, server);
    expect(new Set(names).size).toBe(names.length);
    const runs = await records(store);
    expectUnbroken(runs);
    expect(runs.every(({ gap }) => gap === null)).toBe(true);
  });

  test('it ends within seconds although the store never answers, and nothing that is not stored is confirmed', async () => {
    const deaf = new DeafStore(store);
    const streamer = new Streamer(deaf, version, asAgent(server.address));
    ends.push(() => streamer.stop().catch(() => undefined));
    await streamer.reaches(await write(server, 2));
    deaf.hears = false;
    await write(server, 3);
    await until('it tries to store', () => deaf.unheard > 0);
    const began = performance.now();
    await streamer.stop();
    expect(performance.now() - began).toBeLessThan(ENDS_WITHIN_MS);
    const whole = (await stored(store, server)).filter(({ kind }) => kind === 'segment');
    const { start: last } = parseSegmentName(whole.at(-1)?.name ?? '', MIB);
    expect(await slotPosition(server)).toBeLessThanOrEqual(last + BigInt(MIB));
    const next = stream();
    await next.reaches(await insertPosition(server));
    await next.stop();
    await compareWithServer(store, server);
    expectUnbroken(await records(store));
  });

  test('it ends at once while it asks a store that never answers what there is', async () => {
    const deaf = new DeafStore(store);
    const streamer = new Streamer(deaf, version, asAgent(server.address));
    ends.push(() => streamer.stop().catch(() => undefined));
    deaf.lists = false;
    await until('it asks', () => deaf.unheard > 0);
    const began = performance.now();
    await streamer.stop();
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('a cut and a stalled network are survived', async () => {
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port: server.address.port });
    ends.push(async () => proxy.stop());
    const streamer = stream({ ...server.address, port: proxy.port });
    await streamer.reaches(await write(server, 1));
    proxy.refuse();
    proxy.cut();
    await until('the cut is noticed', () =>
      streamer.events.some(({ message }) => message.includes('interrupted')),
    );
    const during = await write(server, 2);
    await proxy.listen();
    await streamer.reaches(during);
    // Longer than wal_sender_timeout: the server gives the connection up, the streamer has to as well.
    proxy.stall();
    const stalled = await write(server, 2);
    await until('the server gives up', async () => {
      const [row] = await server.sql('SELECT count(*)::int AS n FROM pg_stat_replication');
      return row?.n === 0;
    });
    proxy.resume();
    await streamer.reaches(stalled);
    await streamer.stop();
    await compareWithServer(store, server);
    expectUnbroken(await records(store));
  });

  test('WAL that the server has removed is recorded as a gap, and streaming goes on', async () => {
    const small = await start({ wal_keep_size: '0', min_wal_size: '2MB', max_wal_size: '4MB' });
    ends.push(() => small.dispose());
    const first = stream(small.address);
    await first.reaches(await write(small, 2));
    const durable = first.durable;
    await first.stop();
    await dropSlots(small);
    for (let round = 0; round < 4; round++) {
      await write(small, 4);
      await small.sql('SELECT pg_switch_wal()');
      await small.sql('CHECKPOINT');
    }
    const gaps: WalGap[] = [];
    const second = stream(small.address, { onGap: (gap) => gaps.push(gap) });
    await second.reaches(await write(small, 2));
    await second.stop();
    const [gap] = (await records(store)).flatMap((run) => run.gap ?? []);
    expect(gaps).toEqual([gap]);
    expect(parseLsn(gap?.from ?? '0/0')).toBeGreaterThanOrEqual(durable);
    expect(parseLsn(gap?.to ?? '0/0')).toBeGreaterThan(durable);
    expect(gap?.reason).toContain(SLOT);
    expect(second.events.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('take a new base backup now'),
    );
    const to = parseLsn(gap?.to ?? '0/0');
    const names = (await stored(store, small)).map(({ name }) => name);
    expect(names).toContain(segmentName(1, to, MIB));
    expect(names).not.toContain(segmentName(1, to - BigInt(MIB), MIB));
  });

  test('a slot that was lost makes no gap while the server still has the WAL', async () => {
    const first = stream();
    await first.reaches(await write(server, 2));
    await first.stop();
    await dropSlots(server);
    await write(server, 3);
    await server.sql('CHECKPOINT');
    const second = stream();
    await second.reaches(await write(server, 1));
    await second.stop();
    await compareWithServer(store, server);
    expect((await records(store)).every(({ gap }) => gap === null)).toBe(true);
  });

  test('a stored segment with other bytes stops the stream and is left as it is', async () => {
    const first = stream();
    await first.reaches(await insertPosition(server));
    const position = await insertPosition(server);
    await first.stop();
    const name = segmentName(1, position, MIB);
    const place = { class: '7d', source: SOURCE, systemId: await systemId(server) };
    const other = Buffer.alloc(MIB, 7);
    await store.put(walKey(place, 1, name), Readable.from([zstdCompressSync(other)]));
    await server.sql("INSERT INTO filler VALUES (1, 'x')");
    await server.sql('SELECT pg_switch_wal()');
    await write(server, 1);
    const second = stream();
    expect(await second.failure()).toMatchObject({
      name: 'WalConflictError',
      message: expect.stringContaining(name),
    });
    const [wal] = (await stored(store, server)).filter(
      (each) => each.name === name && each.kind === 'segment',
    );
    expect(wal && (await decode(store, wal)).equals(other)).toBe(true);
    expect((await records(store)).at(-1)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining(name),
    });
  });

  test('a server that was reset to an earlier state is refused', async () => {
    const dataDir = await copyData();
    const first = stream();
    await first.reaches(await write(server, 2));
    await first.stop();
    const { password } = server.address;
    const reset = await startPostgres({ version, existing: { dataDir, password } });
    ends.push(() => reset.dispose());
    expect(await stream(reset.address).failure()).toMatchObject({
      name: 'WalConflictError',
      message: expect.stringContaining('reset to an earlier state'),
    });
  });

  test("another cluster's WAL is refused", async () => {
    const first = stream();
    await first.reaches(await insertPosition(server));
    await first.stop();
    const other = await start();
    ends.push(() => other.dispose());
    expect(await stream(other.address).failure()).toMatchObject({
      name: 'PreflightError',
      message: expect.stringContaining('system identifier'),
    });
    expect(await other.sql('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
  });

  test('of two streamers the second is refused', async () => {
    const first = stream();
    await first.reaches(await insertPosition(server));
    expect(await stream().failure()).toMatchObject({ name: 'LockHeldError' });
    expect(first.ended).toBeUndefined();
  });

  test('a wrong password ends it at once', async () => {
    const streamer = new Streamer(store, version, { ...server.address, password: 'wrong' });
    expect(await streamer.failure()).toMatchObject({ name: 'ServerConnectError' });
  });

  test('a promoted standby is followed on its timeline', async () => {
    const first = stream();
    await first.reaches(await write(server, 2));
    await first.stop();
    const abandoned = first.durable;
    const dataDir = await copyData();
    await writeFile(join(dataDir, 'standby.signal'), '');
    const { password } = server.address;
    const standby = await startPostgres({ version, existing: { dataDir, password } });
    ends.push(() => standby.dispose());
    expect(await stream(standby.address).failure()).toMatchObject({
      name: 'PreflightError',
      message: expect.stringContaining('standby'),
    });
    await standby.sql('SELECT pg_promote()');
    const end = await write(standby, 2);
    const second = stream(standby.address);
    await second.reaches(end);
    await second.stop();
    const all = await stored(store, standby);
    expect(all.map(({ name }) => name)).toContain('00000002.history');
    expect(all.some(({ name }) => name.startsWith('00000002'))).toBe(true);
    const onSecond = (await records(store)).filter(({ timeline }) => timeline === 2);
    expect(onSecond.length).toBeGreaterThan(0);
    expect(parseLsn(onSecond[0]?.from ?? '0/0')).toBeLessThanOrEqual(abandoned);
    expect(onSecond.every(({ gap }) => gap === null)).toBe(true);
  });
});

/** Gives a folder and everything in it to the account of a server. */
async function give(path: string, { uid, gid }: PostgresServer): Promise<void> {
  await chown(path, uid, gid);
  for (const entry of await readdir(path, { recursive: true })) {
    await chown(join(path, entry), uid, gid);
  }
}
