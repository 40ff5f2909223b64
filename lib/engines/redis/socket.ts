import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import type { RedisAddress } from './address.ts';

/** The server cannot be reached or does not let us in; `cause` holds the network's error. */
export class ServerConnectError extends Error {
  override readonly name = 'ServerConnectError';
}

/** A server on the network, or one of ours behind a socket that only its owner reaches. */
export type ServerPlace = RedisAddress | { readonly path: string };

/** Of the network and of TLS. A server without TLS takes the beginning of it for a command that goes on. */
const CONNECT_TIMEOUT_MS = 10_000;
const NO_ANSWER = `no answer within ${CONNECT_TIMEOUT_MS / 1000} s`;
const KEEPALIVE_DELAY_MS = 30_000;

/** Opens a connection; when the signal fires it is cut. @throws ServerConnectError; the signal's reason */
export async function openSocket(place: ServerPlace, signal?: AbortSignal): Promise<net.Socket> {
  signal?.throwIfAborted();
  const socket = 'path' in place ? net.connect(place.path) : toServer(place);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEPALIVE_DELAY_MS);
  // Whoever reads is told; without a listener the end of an idle connection would stop the process.
  socket.on('error', () => undefined);
  const cut = () => socket.destroy(reasonOf(signal));
  signal?.addEventListener('abort', cut, { once: true });
  socket.once('close', () => signal?.removeEventListener('abort', cut));
  const timer = setTimeout(() => socket.destroy(new Error(NO_ANSWER)), CONNECT_TIMEOUT_MS);
  try {
    await once(socket, socket instanceof tls.TLSSocket ? 'secureConnect' : 'connect');
    return socket;
  } catch (cause) {
    socket.destroy();
    signal?.throwIfAborted();
    throw new ServerConnectError(explain(place, cause), { cause });
  } finally {
    clearTimeout(timer);
  }
}

function toServer({ host, port, tls: mode, ca, serverName = host }: RedisAddress): net.Socket {
  if (mode === 'disable') return net.connect({ host, port });
  return tls.connect({
    host,
    port,
    rejectUnauthorized: mode === 'verify-full',
    ...(net.isIP(serverName) ? {} : { servername: serverName }),
    ...(ca === undefined ? {} : { ca }),
  });
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('interrupted');
}

const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'check the host and the port, and that the server listens on this address',
  ENOTFOUND: 'check the name of the host',
};

function explain(place: ServerPlace, cause: unknown): string {
  const where = 'path' in place ? place.path : `${place.host}:${place.port}`;
  const found = message(cause);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const remedy = REMEDIES[code] ?? tlsRemedy(place, code, found);
  return `cannot connect to Redis at ${where}: ${found}${remedy === undefined ? '' : `; ${remedy}`}`;
}

function tlsRemedy(place: ServerPlace, code: string, found: string): string | undefined {
  if ('path' in place || place.tls === 'disable') return undefined;
  if (found === NO_ANSWER || /wrong version number|ECONNRESET/i.test(`${code} ${found}`)) {
    return "where the server speaks no TLS on this port, give its tls-port, or write tls: 'disable'";
  }
  return /certificate|altnames|CERT/i.test(`${code} ${found}`)
    ? "give the authority's certificate, or write tls: 'require' to encrypt without checking it"
    : undefined;
}

function message(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // Node reports a host with several addresses as an AggregateError with an empty message.
  if (cause instanceof AggregateError) return cause.errors.map(message).join(', ');
  return cause.message;
}
