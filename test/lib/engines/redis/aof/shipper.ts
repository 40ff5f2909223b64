import { join } from 'node:path';
import { readRuns } from '../../../../../lib/catalog/reader.ts';
import type { AofRun } from '../../../../../lib/catalog/run-record.ts';
import { type AssembledAof, assembleAof } from '../../../../../lib/engines/redis/aof/assemble.ts';
import { chooseAof } from '../../../../../lib/engines/redis/aof/choose.ts';
import { type AofOptions, shipAof } from '../../../../../lib/engines/redis/aof/ship.ts';
import type { AofProgress } from '../../../../../lib/engines/redis/aof/state.ts';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { until } from '../../../../support/condition.ts';
import { type RedisServer, startRedis } from '../../../../support/redis-server.ts';
import { REDIS_SOURCE, redisAddress, redisRun } from '../../../../support/redis-source.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

/** A shipper inside of the test. */
export class Shipper {
  readonly events: RunEvent[] = [];
  readonly progress: AofProgress[] = [];
  /** Set when it has ended. */
  ended: { readonly error?: unknown } | undefined;
  readonly #stop = new AbortController();
  readonly #end: Promise<void>;

  constructor(store: ObjectStore, server: RedisServer, options: Partial<AofOptions> = {}) {
    const run = redisRun(store, {
      signal: this.#stop.signal,
      report: (event) => this.events.push(event),
    });
    this.#end = shipAof(run, {
      server: redisAddress(server),
      directory: join(server.dataDir, 'appendonlydir'),
      flushSeconds: 0.2,
      heartbeatSeconds: 0,
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

  /** Waits until everything that was written up to now is stored. */
  async caughtUp(withinMs?: number): Promise<void> {
    const now = Date.now();
    try {
      await until(
        'everything is stored',
        () => Number(this.progress.at(-1)?.serverTime ?? 0) > now,
        withinMs,
      );
    } catch (cause) {
      throw new Error(`not everything was stored: ${this.messages()}`, {
        cause: this.ended?.error ?? cause,
      });
    }
  }

  /** Generation that is shipped now. */
  get generation(): string | undefined {
    return this.progress.at(-1)?.durable.split('/')[0];
  }

  messages(): string {
    return this.events.map(({ message }) => message).join('\n');
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#end;
  }
}

export interface Restored extends AssembledAof {
  readonly server: RedisServer;
  readonly counts: ReadonlyMap<string, number> | undefined;
  dispose(): Promise<void>;
}

/** A server of its own on what the log leads to. It refuses files that are not whole. */
export async function restored(
  store: ObjectStore,
  time: Date | 'latest' = 'latest',
): Promise<Restored> {
  const state = await chooseAof(store, REDIS_SOURCE, time, new Date());
  if (!state) throw new Error('the log does not lead there');
  const folder = await tempFolder('aof-restored');
  const directory = join(folder.path, 'appendonlydir');
  const assembled = await assembleAof(redisRun(store), state, directory).catch(async (error) => {
    await folder.remove();
    throw error;
  });
  const server = await startRedis({
    existing: { dataDir: folder.path },
    appendonly: true,
    settings: { 'aof-load-truncated': 'no' },
  });
  return {
    ...assembled,
    counts: state.counts,
    server,
    dispose: async () => {
      await server.dispose();
      await folder.remove();
    },
  };
}

export async function aofRuns(store: ObjectStore): Promise<AofRun[]> {
  const now = Date.now();
  const range = { from: new Date(now - 3_600_000), to: new Date(now + 3_600_000) };
  return readRuns(store, REDIS_SOURCE, { ...range, action: 'aof' });
}
