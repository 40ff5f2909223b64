import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readRuns } from '../../../../../lib/catalog/reader.ts';
import type { WalRun } from '../../../../../lib/catalog/run-record.ts';
import { listWal, readWal, type StoredWal } from '../../../../../lib/catalog/wal.ts';
import type { ServerAddress } from '../../../../../lib/engines/postgresql/connection.ts';
import { type Lsn, parseLsn, parseSegmentName } from '../../../../../lib/engines/postgresql/lsn.ts';
import type { WalProgress } from '../../../../../lib/engines/postgresql/wal/heartbeat.ts';
import { type StreamOptions, streamWal } from '../../../../../lib/engines/postgresql/wal/stream.ts';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext, SOURCE } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import type { ServerVersion } from '../../../../support/postgres-install.ts';
import type { PostgresServer } from '../../../../support/postgres-server.ts';

export const MIB = 1024 * 1024;
export const SLOT = 'tidemark_database';

/** Removes every slot, once the server has noticed that whoever used it is gone. */
export async function dropSlots(server: PostgresServer): Promise<void> {
  await until('no replication slot is left', async () => {
    await server.sql(
      'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active',
    );
    const [left] = await server.sql('SELECT count(*)::int AS slots FROM pg_replication_slots');
    return left?.slots === 0;
  });
}

interface StreamerRun {
  readonly role?: 'standby';
  /** The streamer's own clock. */
  readonly now?: () => Date;
}

/** A streamer inside of the test. */
export class Streamer {
  readonly events: RunEvent[] = [];
  readonly progress: WalProgress[] = [];
  /** Set when it has ended. */
  ended: { readonly error?: unknown } | undefined;
  readonly #stop = new AbortController();
  readonly #end: Promise<void>;

  constructor(
    store: ObjectStore,
    version: ServerVersion,
    address: ServerAddress,
    { role, now, ...options }: Partial<StreamOptions> & StreamerRun = {},
  ) {
    const run = runContext(store, version, {
      signal: this.#stop.signal,
      report: (event) => this.events.push(event),
      ...(role && { role }),
      ...(now && { now }),
    });
    this.#end = streamWal(run, {
      address,
      flushSeconds: 0.2,
      onProgress: (progress) => this.progress.push(progress),
      ...options,
    }).then(
      () => {
        this.ended = {};
      },
      (error: unknown) => {
        this.ended = { error };
      },
    );
  }

  get durable(): Lsn {
    return parseLsn(this.progress.at(-1)?.durable ?? '0/0');
  }

  /** Waits until everything before the position is stored. */
  async reaches(lsn: Lsn, withinMs?: number): Promise<void> {
    await until(
      `durable beyond ${lsn}: ${JSON.stringify(this.events.at(-1))}`,
      () => {
        if (this.ended) throw this.ended.error ?? new Error('the streamer has ended');
        return this.durable >= lsn;
      },
      withinMs,
    );
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#end;
    if (this.ended?.error) throw this.ended.error;
  }

  /** Waits for an end that nobody asked for. */
  async failure(): Promise<unknown> {
    await this.#end;
    return this.ended?.error;
  }
}

export async function insertPosition(server: PostgresServer): Promise<Lsn> {
  const [row] = await server.sql('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return parseLsn(String(row?.lsn));
}

/** Writes about as many MiB of WAL; returns the position behind. */
export async function write(server: PostgresServer, mebibytes: number): Promise<Lsn> {
  await server.sql('CREATE TABLE IF NOT EXISTS filler (n int, text text)');
  await server.sql(
    'INSERT INTO filler SELECT n, md5(n::text) || repeat(md5(random()::text), 30) FROM generate_series(1, $1) n',
    [mebibytes * 950],
  );
  return insertPosition(server);
}

export async function systemId(server: PostgresServer): Promise<string> {
  const [row] = await server.sql('SELECT system_identifier::text AS id FROM pg_control_system()');
  return String(row?.id);
}

export async function slotPosition(server: PostgresServer): Promise<Lsn> {
  const [row] = await server.sql(
    'SELECT restart_lsn::text AS lsn FROM pg_replication_slots WHERE slot_name = $1',
    [SLOT],
  );
  return parseLsn(String(row?.lsn));
}

export async function stored(store: ObjectStore, server: PostgresServer): Promise<StoredWal[]> {
  const found: StoredWal[] = [];
  for await (const wal of listWal(store, SOURCE, await systemId(server))) found.push(wal);
  return found;
}

export const decode = (store: ObjectStore, wal: StoredWal): Promise<Buffer> =>
  buffer(readWal(store, wal));

/**
 * Every whole segment is as in pg_wal and follows the one before; a partial is the beginning of its segment. Returns
 * the segments' names. The server needs a `wal_keep_size` that keeps all of them.
 */
export async function compareWithServer(
  store: ObjectStore,
  server: PostgresServer,
  segmentSize = MIB,
): Promise<string[]> {
  const all = await stored(store, server);
  const names: string[] = [];
  let next: Lsn | undefined;
  for (const wal of all) {
    if (wal.kind === 'history') continue;
    const bytes = await decode(store, wal);
    const { start } = parseSegmentName(wal.name, segmentSize);
    const original = await readFile(join(server.dataDir, 'pg_wal', wal.name));
    const length = wal.durable === undefined ? segmentSize : Number(wal.durable - start);
    expect(bytes.length).toBe(segmentSize);
    expect([wal.key, bytes.subarray(0, length).equals(original.subarray(0, length))]).toEqual([
      wal.key,
      true,
    ]);
    expect(bytes.subarray(length).every((byte) => byte === 0)).toBe(true);
    if (wal.kind === 'partial') continue;
    if (next !== undefined) expect(start).toBe(next);
    next = start + BigInt(segmentSize);
    names.push(wal.name);
  }
  return names;
}

export async function records(store: ObjectStore): Promise<WalRun[]> {
  const range = { from: new Date(Date.now() - 3_600_000), to: new Date() };
  const found = await readRuns(store, SOURCE, { ...range, action: 'wal' });
  return found.sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1));
}

/** No stretch begins behind the end of the one before. */
export function expectUnbroken(runs: readonly WalRun[]): void {
  for (const [index, run] of runs.entries()) {
    const before = runs[index - 1];
    if (before) expect(parseLsn(run.from)).toBeLessThanOrEqual(parseLsn(before.durable));
  }
}
