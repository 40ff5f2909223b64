import { setTimeout as delay } from 'node:timers/promises';
import { type Lsn, parseLsn } from '../../lib/engines/postgresql/lsn.ts';
import type { Stage } from './stage.ts';

const LOOK_EVERY_MS = 250;
const CAUGHT_UP_WITHIN_MS = 10 * 60_000;
const SEGMENT_BYTES = 16n * 1024n * 1024n;
const SEGMENTS_PER_LOG = 0x1_0000_0000n / SEGMENT_BYTES;

/** A segment's name in whatever key a tool gives it, and how far the beginning of one reaches. */
const SEGMENT =
  /\/([0-9A-F]{24})(?![0-9A-F])(?:\.partial-([0-9A-F]{16}))?(?!\.backup|\.[0-9A-F]+\.backup)/;

/**
 * Looks from outside, alike for every tool, how far the store is behind the server: how long ago the server wrote the
 * first byte that the store does not show yet.
 */
export class WalWatch {
  readonly #stage: Stage;
  readonly #bucket: string;
  readonly #start: Lsn;
  /** How far the server had written, and when. */
  readonly #written: { readonly lsn: Lsn; readonly at: number }[] = [];
  readonly #behind: number[] = [];
  #stored: Lsn;
  #running = true;
  readonly #looking: Promise<void>;

  private constructor(stage: Stage, bucket: string, start: Lsn) {
    this.#stage = stage;
    this.#bucket = bucket;
    this.#start = start;
    this.#stored = start;
    this.#looking = this.#look();
  }

  static async start(stage: Stage, bucket: string): Promise<WalWatch> {
    return new WalWatch(stage, bucket, await flushed(stage));
  }

  /** Waits until everything that was written up to now is stored. */
  async finish(): Promise<{ readonly bytes: number; readonly behind: readonly number[] }> {
    const behind = [...this.#behind];
    const end = await flushed(this.#stage);
    await this.#stage.server.sql('SELECT pg_switch_wal()');
    const deadline = Date.now() + CAUGHT_UP_WITHIN_MS;
    while (this.#stored < end) {
      if (Date.now() > deadline) throw new Error(`${this.#bucket} does not catch up`);
      await delay(LOOK_EVERY_MS / 5);
    }
    this.#running = false;
    await this.#looking;
    return { bytes: Number(end - this.#start), behind };
  }

  async #look(): Promise<void> {
    while (this.#running) {
      this.#written.push({ lsn: await flushed(this.#stage), at: performance.now() });
      this.#stored = storedUpTo(await this.#stage.keys(this.#bucket), this.#stored);
      const open = this.#written.find(({ lsn }) => lsn > this.#stored);
      this.#behind.push(open ? (performance.now() - open.at) / 1000 : 0);
      await delay(LOOK_EVERY_MS);
    }
  }
}

async function flushed({ server }: Stage): Promise<Lsn> {
  const [row] = await server.sql('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  return parseLsn(String(row?.lsn));
}

/** From a position on, as far as there is no gap. */
function storedUpTo(keys: readonly string[], from: Lsn): Lsn {
  const ends = new Map<Lsn, Lsn>();
  for (const key of keys) {
    const [, name = '', partial] = SEGMENT.exec(key) ?? [];
    if (name === '') continue;
    const start = startOf(name);
    const end = partial === undefined ? start + SEGMENT_BYTES : BigInt(`0x${partial}`);
    const known = ends.get(start);
    if (known === undefined || end > known) ends.set(start, end);
  }
  let stored = from;
  for (;;) {
    const end = ends.get(stored - (stored % SEGMENT_BYTES));
    if (end === undefined || end <= stored) return stored;
    stored = end;
  }
}

/** Names hold the timeline, then the position in units of 4 GiB, then the number of the segment in there. */
function startOf(name: string): Lsn {
  const log = BigInt(`0x${name.slice(8, 16)}`);
  return (log * SEGMENTS_PER_LOG + BigInt(`0x${name.slice(16)}`)) * SEGMENT_BYTES;
}
