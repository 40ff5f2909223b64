import { Socket } from 'node:net';
import { types } from 'node:util';
import pg from 'pg';
import { ReadingSocket } from './reading-socket.ts';

/** Where a server is and as whom it is reached. Never printed as a whole: it holds the password. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** `require` encrypts without looking at the certificate, `verify-full` checks its chain and its name. */
  readonly tls: 'disable' | 'require' | 'verify-full';
  /** PEM of the authorities that `verify-full` trusts; default: the system's. */
  readonly ca?: string;
}

/** The server cannot be reached or does not let us in; `cause` holds the client's error. */
export class ServerConnectError extends Error {
  override readonly name = 'ServerConnectError';
}

interface ConnectOptions {
  readonly signal?: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 30_000;
const KEEPALIVE_DELAY_MS = 30_000;

/** Opens an SQL connection. The caller ends it. @throws ServerConnectError */
export async function connectSql(
  address: ServerAddress,
  options: ConnectOptions = {},
): Promise<pg.Client> {
  const { client } = await connect(address, {}, options);
  return client;
}

interface OpenClient {
  readonly client: pg.Client;
  /** The TCP connection itself: destroying it ends everything at once, whatever lies above it. */
  readonly socket: Socket;
}

/**
 * Connects with additional settings. When the signal fires the connection is cut and whatever waits on it fails.
 * @throws ServerConnectError
 */
export async function connect(
  address: ServerAddress,
  settings: pg.ClientConfig,
  { signal }: ConnectOptions,
): Promise<OpenClient> {
  signal?.throwIfAborted();
  // Under TLS the bytes are not read by the socket but by what lies above it.
  const socket = address.tls === 'disable' ? new ReadingSocket() : new Socket();
  const client = new pg.Client({
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    password: address.password,
    ssl: tlsOptions(address),
    // Binds the password's proof to the server's certificate, so that nobody in between can pass it on.
    enableChannelBinding: address.tls !== 'disable',
    application_name: 'tidemark',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_DELAY_MS,
    stream: () => socket,
    ...settings,
  });
  // Whoever waits on a query is told through it; without a listener an idle connection's end would stop the process.
  client.on('error', () => undefined);
  const cut = () => socket.destroy();
  signal?.addEventListener('abort', cut, { once: true });
  client.once('end', () => signal?.removeEventListener('abort', cut));
  try {
    await client.connect();
  } catch (cause) {
    socket.destroy();
    signal?.throwIfAborted();
    throw new ServerConnectError(explain(address, cause), { cause });
  }
  return { client, socket };
}

function tlsOptions(address: ServerAddress): pg.ClientConfig['ssl'] {
  if (address.tls === 'disable') return false;
  if (address.tls === 'require') return { rejectUnauthorized: false };
  return { rejectUnauthorized: true, ...(address.ca === undefined ? {} : { ca: address.ca }) };
}

function explain(address: ServerAddress, cause: unknown): string {
  const where = `cannot connect to PostgreSQL at ${address.host}:${address.port} as ${JSON.stringify(address.user)}`;
  const found = message(cause);
  const code = types.isNativeError(cause) && 'code' in cause ? cause.code : undefined;
  const remedy = REMEDIES[String(code)] ?? tlsRemedy(found);
  return `${where}: ${found}${remedy === undefined ? '' : `; ${remedy}`}`;
}

/** By SQLSTATE or Node's error code. */
const REMEDIES: Readonly<Record<string, string>> = {
  '28P01': 'check the user name and the password in the credentials',
  '28000': 'allow this role, address and, for backups, the database "replication" in pg_hba.conf',
  '3D000': 'name a database that exists',
  '42501': 'run ALTER ROLE … REPLICATION for this role',
  '53300': 'raise max_wal_senders or max_connections, or end what holds the connections',
  '57P03': 'the server is starting or stopping: try again',
  ECONNREFUSED: 'check the host and the port, and that the server listens on this address',
  ENOTFOUND: 'check the name of the host',
};

function tlsRemedy(found: string): string | undefined {
  if (found.includes('does not support SSL')) return "set ssl=on, or write tls: 'disable'";
  return /certificate|altnames/i.test(found)
    ? "give the authority's certificate, or write tls: 'require' to encrypt without checking it"
    : undefined;
}

function message(cause: unknown): string {
  if (!types.isNativeError(cause)) return String(cause);
  // Node reports a host with several addresses as an AggregateError with an empty message.
  if ('errors' in cause && Array.isArray(cause.errors)) return cause.errors.map(message).join(', ');
  return cause.message;
}
