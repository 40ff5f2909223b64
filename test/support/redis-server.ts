import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { type Account, serverCertificate } from './postgres-install.ts';
import { type Argument, type RedisAddress, RedisClient, type Reply } from './redis-client.ts';
import { REDIS_SERVER } from './redis-install.ts';
import { ServerProcess } from './server-process.ts';
import { tempFolder } from './temp-folder.ts';

/** Settings by name; a list stands for a setting that is given several times, such as `user`. */
type Settings = Readonly<Record<string, string | readonly string[]>>;

export interface RedisOptions {
  /** `requirepass`; default: no password. */
  readonly password?: string;
  /** Encrypts with a certificate for 127.0.0.1; the address then holds it as `ca`. */
  readonly tls?: boolean;
  /** Default: false. */
  readonly appendonly?: boolean;
  /** Lines of redis.conf, such as `{ user: ['backup on >secret +psync'] }`; without any, no snapshot is made by itself. */
  readonly settings?: Settings;
  /** Follows this server from the start. */
  readonly replicaOf?: RedisAddress;
  /** Starts in this data directory, such as a restored one; `dispose` leaves it. */
  readonly existing?: { readonly dataDir: string };
  /** Default: the user of the tests. */
  readonly account?: Account;
}

export interface RedisServer {
  readonly address: RedisAddress;
  readonly dataDir: string;
  /** Changes with every start. */
  readonly pid: number;
  /** One command as the default user on a connection of its own; strings in the reply are text. */
  command(...command: readonly Argument[]): Promise<TextReply>;
  /** The same for values that are no text: strings in the reply are bytes. */
  bytes(...command: readonly Argument[]): Promise<Reply>;
  /** Many commands at once on one connection; a reply for each. @throws on the first that is refused */
  pipeline(commands: Iterable<readonly Argument[]>): Promise<Reply[]>;
  /** A field of INFO, such as `aof_rewrites`. @throws where there is none */
  info(field: string): Promise<string>;
  log(): Promise<string>;
  start(): Promise<void>;
  /** As a shutdown of the system does: the append-only file is written out, a snapshot only where `save` says so. */
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** kill -9. */
  crash(): Promise<void>;
  /** Stops the server and removes what it made. */
  dispose(): Promise<void>;
}

export type TextReply = string | number | null | TextReply[];

/** Starts a server of its own on a free port of 127.0.0.1, empty unless a directory is given. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await tempFolder('redis');
  const account = options.account ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await chown(folder.path, account.uid, account.gid);
  const dataDir = options.existing?.dataDir ?? join(folder.path, 'data');
  if (!options.existing) {
    await mkdir(dataDir, { mode: 0o700 });
    await chown(dataDir, account.uid, account.gid);
  }
  const ca = options.tls ? await serverCertificate(folder.path, account) : undefined;
  const port = await freePort();
  const { password } = options;
  const address: RedisAddress = {
    ...{ host: '127.0.0.1', port },
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
  };
  const file = join(folder.path, 'redis.conf');
  await writeFile(file, configuration(options, folder.path, dataDir, port));
  await chown(file, account.uid, account.gid);
  const server = new ServerProcess({
    program: REDIS_SERVER,
    args: [file],
    account,
    folder: folder.path,
  });
  const pipeline = async (commands: Iterable<readonly Argument[]>) => {
    const client = await RedisClient.connect(address);
    try {
      return await client.pipeline(commands);
    } finally {
      client.close();
    }
  };
  const bytes = async (...command: readonly Argument[]) => (await pipeline([command]))[0] ?? null;
  const command = async (...line: readonly Argument[]) => asText(await bytes(...line));
  // While it loads, it answers everything else with an error.
  const start = () => server.start(() => command('DBSIZE'));
  const stop = () => server.end('SIGTERM');
  await start();
  return {
    ...{ address, dataDir, command, bytes, pipeline, start, stop },
    get pid() {
      return server.pid;
    },
    info: async (field) => {
      const value = new RegExp(`^${field}:(.*)\r$`, 'm').exec(String(await command('INFO', 'all')));
      if (value?.[1] === undefined) throw new Error(`INFO of Redis has no ${field}`);
      return value[1];
    },
    log: () => server.log(),
    restart: async () => {
      await stop();
      await start();
    },
    crash: () => server.end('SIGKILL'),
    dispose: async () => {
      await server.end('SIGKILL');
      await folder.remove();
    },
  };
}

function configuration(options: RedisOptions, folder: string, dir: string, port: number): string {
  const { password, replicaOf: primary } = options;
  const listen: Settings = options.tls
    ? {
        port: '0',
        'tls-port': String(port),
        'tls-cert-file': join(folder, 'server.crt'),
        'tls-key-file': join(folder, 'server.key'),
        'tls-ca-cert-file': join(folder, 'server.crt'),
        'tls-auth-clients': 'no',
        'tls-replication': 'yes',
      }
    : { port: String(port) };
  const settings: Settings = {
    ...listen,
    bind: '127.0.0.1',
    dir: quoted(dir),
    appendonly: options.appendonly ? 'yes' : 'no',
    save: '""',
    // Replicas, and who acts as one, would wait 5 seconds for others.
    'repl-diskless-sync-delay': '0',
    ...(password !== undefined && { requirepass: quoted(password) }),
    ...(primary && { replicaof: `${primary.host} ${primary.port}` }),
    ...(primary?.password !== undefined && { masterauth: quoted(primary.password) }),
    ...options.settings,
  };
  const lines = Object.entries(settings).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name} ${one}\n`),
  );
  return lines.join('');
}

const quoted = (value: string): string => JSON.stringify(value);

function asText(reply: Reply): TextReply {
  if (Array.isArray(reply)) return reply.map(asText);
  return Buffer.isBuffer(reply) ? reply.toString('utf8') : reply;
}
