import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { CompiledSource } from '../../plan/compiled.ts';
import { tlsSchema } from '../../plan/values/server.ts';
import { EngineInputError } from '../input-error.ts';

/** Where a server is and as whom it is reached. Never printed as a whole: it holds the password. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** Name in the server's access lists; default: `default`, which has no name. */
  readonly user?: string;
  readonly password?: string;
  /** `require` encrypts without looking at the certificate, `verify-full` checks its chain and its name. */
  readonly tls: 'disable' | 'require' | 'verify-full';
  /** PEM of the authorities that `verify-full` trusts; default: the system's. */
  readonly ca?: string;
  /** The name that the certificate has to have. @default the host */
  readonly serverName?: string;
}

/**
 * The plan says where the server is; REDIS_USERNAME and REDIS_PASSWORD who asks. REDIS_HOST, REDIS_PORT, REDIS_TLS and
 * REDIS_CA_FILE go before the plan, for a forwarded port or a sidecar.
 * @throws EngineInputError
 */
export async function serverAddress(
  { settings: { server } }: Extract<CompiledSource, { engine: 'redis' }>,
  env: NodeJS.ProcessEnv,
): Promise<RedisAddress> {
  if (server.credentials !== undefined && !env.REDIS_PASSWORD) {
    throw new EngineInputError(
      `REDIS_PASSWORD is not set; in a cluster it comes from the Secret ${server.credentials}, elsewhere set it in the environment`,
    );
  }
  const tls = tlsSchema.safeParse(env.REDIS_TLS ?? server.tls);
  if (!tls.success) {
    throw new EngineInputError(
      `REDIS_TLS=${env.REDIS_TLS} is not supported; use one of ${tlsSchema.options.join(', ')}`,
    );
  }
  const port = Number(env.REDIS_PORT ?? server.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new EngineInputError(
      `REDIS_PORT=${env.REDIS_PORT} is not a port; use a number from 1 to 65535`,
    );
  }
  const host = env.REDIS_HOST ?? server.service;
  return {
    host,
    // Behind a forwarded port or beside the server, its certificate still has the name that it is known by.
    ...(isIP(host) || host === 'localhost' ? { serverName: server.service } : {}),
    port,
    ...(env.REDIS_USERNAME ? { user: env.REDIS_USERNAME } : {}),
    ...(env.REDIS_PASSWORD ? { password: env.REDIS_PASSWORD } : {}),
    tls: tls.data,
    ...(env.REDIS_CA_FILE ? { ca: await readFile(env.REDIS_CA_FILE, 'utf8') } : {}),
  };
}
