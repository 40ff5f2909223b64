import { RedisConnection } from './connection.ts';
import { Incoming } from './incoming.ts';
import { payload } from './payload.ts';
import { RedisReplyError } from './resp.ts';
import { SnapshotError } from './snapshot-error.ts';
import type { ServerPlace } from './socket.ts';

/** A snapshot while it arrives. */
interface ArrivingSnapshot {
  /** Where it stands in the replication stream of the server. */
  readonly position: { readonly replicationId: string; readonly offset: number };
  /** When it was begun, by our clock. */
  readonly begunAt: Date;
  /** The RDB file; to be read to its end. */
  readonly body: AsyncIterable<Buffer>;
}

interface SnapshotOptions {
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** What a server is asked for in front of PSYNC. `rdb-only`: it keeps no changes for us meanwhile, and then closes. */
const CAPABILITIES = [
  ['REPLCONF', 'capa', 'eof', 'capa', 'psync2'],
  ['REPLCONF', 'rdb-only', '1'],
] as const;

/**
 * Asks a server for a snapshot as a replica does, and gives it to `take`; whatever happens there, the connection is
 * closed in the end. Nothing is written to the server's disk if it is set up to replicate without (the default).
 * @throws ServerConnectError, SnapshotError, RedisReplyError; the signal's reason
 */
export async function receiveSnapshot<T>(
  place: ServerPlace,
  { signal, now }: SnapshotOptions,
  take: (snapshot: ArrivingSnapshot) => Promise<T>,
): Promise<T> {
  const connection = await RedisConnection.connect(place, { signal });
  let incoming: Incoming | undefined;
  try {
    for (const capability of CAPABILITIES) await connection.command(...capability);
    incoming = new Incoming(connection.handOver(['PSYNC', '?', '-1']));
    const position = positionIn(await incoming.line());
    const begunAt = now();
    const announcement = await incoming.line();
    if (announcement === undefined || announcement.startsWith('-')) throw refused(announcement);
    return await take({ position, begunAt, body: payload(incoming, announcement) });
  } catch (error) {
    signal.throwIfAborted();
    throw explain(error, incoming?.pauseText ?? '');
  } finally {
    incoming?.end();
    connection.close();
  }
}

function positionIn(line: string | undefined): ArrivingSnapshot['position'] {
  const [, replicationId, offset] = /^\+FULLRESYNC ([0-9a-f]{40}) (\d+)$/.exec(line ?? '') ?? [];
  if (replicationId === undefined || offset === undefined) throw refused(line);
  return { replicationId, offset: Number(offset) };
}

function refused(line: string | undefined): Error {
  if (line === undefined) {
    return new SnapshotError(
      'the server closed the connection before its snapshot; its log says why, such as a fork without memory',
    );
  }
  return line.startsWith('-')
    ? new RedisReplyError(line.slice(1))
    : new SnapshotError(`the server answered ${JSON.stringify(line.slice(0, 80))} to PSYNC`);
}

/** By the first word of the server's answer. */
const REMEDIES: Readonly<Record<string, string>> = {
  NOAUTH: 'give the password in the credentials',
  NOPERM: 'ACL SETUSER <user> +psync +replconf +ping +info',
  LOADING: 'the server is reading its data after a start: try again when it is done',
  NOMASTERLINK: 'this replica has lost its master: back up the master, or repair the replica',
};

function explain(error: unknown, pause: string): unknown {
  if (!(error instanceof RedisReplyError)) return isNetwork(error) ? lost(error, pause) : error;
  const remedy = REMEDIES[error.code];
  return new SnapshotError(
    `the server refuses to send a snapshot: ${error.message}${remedy === undefined ? '' : `; ${remedy}`}`,
    { cause: error },
  );
}

const isNetwork = (error: unknown): error is Error =>
  error instanceof Error && 'syscall' in error && 'code' in error;

const lost = (error: Error, pause: string): SnapshotError =>
  new SnapshotError(
    `the connection to the server was lost in the middle of its snapshot: ${error.message}${pause}`,
    { cause: error },
  );
