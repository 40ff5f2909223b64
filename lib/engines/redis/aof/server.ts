import { setTimeout as delay } from 'node:timers/promises';
import { type RedisConnection, textOf } from '../connection.ts';
import { type Info, keyspaceCounts, readInfo } from '../info.ts';
import type { Reply } from '../resp.ts';

/** What the server says about its append-only files at one moment. */
export interface ServerView {
  /** By the server's clock. Everything that was executed before is in the files, if `complete`. */
  readonly at: Date;
  /** The server's clock minus ours. Milliseconds. */
  readonly ahead: number;
  /** Another one after each start. */
  readonly runId: string;
  readonly primary: boolean;
  /** What keeps commands out of the files, if anything does. */
  readonly problem: string | undefined;
  readonly complete: boolean;
  /** The append-only file is switched off. */
  readonly off: boolean;
  /** A rewrite goes on or is about to: also where the file is being switched on. */
  readonly rewriting: boolean;
  /** Bytes that the server says it has written. Only its growth says something: it does not begin with what there is. */
  readonly fileBytes: number;
  /** Bytes that it has still to write. */
  readonly bufferedBytes: number;
  /** Keys of each database, as `db0.keys`. */
  readonly counts: ReadonlyMap<string, number>;
}

const FLUSH_TRIES = 60;
const FLUSH_POLL_MS = 50;

/**
 * Asks what there is, and waits until the server has written it: while the disk is busy, Redis may put a write off for
 * two seconds.
 * @throws RedisReplyError, ConnectionLostError; the signal's reason
 */
export async function askServer(
  connection: RedisConnection,
  now: () => Date,
  signal: AbortSignal,
): Promise<ServerView> {
  const [at, info] = await Promise.all([
    // Compared at once: what takes long is to come, and would make the server's clock look slow.
    connection.command('TIME').then((time) => ({ server: dateOf(time), own: now() })),
    readInfo(connection, 'server', 'persistence', 'replication', 'keyspace'),
  ]);
  const problem = problemOf(info);
  const written = bytesOf(info);
  return {
    at: at.server,
    ahead: at.server.getTime() - at.own.getTime(),
    runId: info.get('run_id') ?? '',
    primary: info.get('role') === 'master',
    problem,
    off: isOff(info),
    complete: problem === undefined && (await isWritten(connection, written, signal)),
    rewriting: ['aof_rewrite_in_progress', 'aof_rewrite_scheduled'].some(
      (name) => info.get(name) === '1',
    ),
    ...written,
    counts: keyspaceCounts(info),
  };
}

function dateOf(time: Reply): Date {
  const [seconds, microseconds] = Array.isArray(time) ? time.map(textOf) : [];
  return new Date(Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000));
}

async function isWritten(
  connection: RedisConnection,
  { fileBytes, bufferedBytes }: Pick<ServerView, 'fileBytes' | 'bufferedBytes'>,
  signal: AbortSignal,
): Promise<boolean> {
  if (bufferedBytes === 0) return true;
  for (let tries = 0; tries < FLUSH_TRIES; tries++) {
    const now = bytesOf(await readInfo(connection, 'persistence'));
    if (now.fileBytes >= fileBytes + bufferedBytes) return true;
    await delay(FLUSH_POLL_MS, undefined, { signal });
  }
  return false;
}

const bytesOf = (info: Info): Pick<ServerView, 'fileBytes' | 'bufferedBytes'> => ({
  fileBytes: Number(info.get('aof_current_size') ?? 0),
  bufferedBytes: Number(info.get('aof_buffer_length') ?? 0),
});

const isOff = (info: Info): boolean => info.get('aof_enabled') !== '1';

function problemOf(info: Info): string | undefined {
  if (info.get('loading') === '1') return 'Redis is still loading its data';
  if (isOff(info)) {
    return 'the append-only file is switched off, so nothing that is written now can be recovered from it: CONFIG SET appendonly yes, and the same in the configuration';
  }
  if (info.get('aof_last_write_status') !== 'ok') {
    return 'Redis cannot write its append-only file: look at its log and at the free space of its volume';
  }
  return undefined;
}
