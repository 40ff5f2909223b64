import { readFile } from 'node:fs/promises';
import { EngineInputError } from '../input-error.ts';
import type { ServerAddress } from './connection.ts';
import type { PostgresqlRun } from './run.ts';

const TLS_MODES = ['disable', 'require', 'verify-full'] as const;

/**
 * The plan says where the server is; PGUSER and PGPASSWORD who asks. PGHOST, PGPORT, PGDATABASE, PGSSLMODE and
 * PGSSLROOTCERT go before the plan, for a forwarded port or a test server.
 */
export async function serverAddress(
  source: PostgresqlRun['source'],
  env: NodeJS.ProcessEnv,
): Promise<ServerAddress> {
  const missing = (['PGUSER', 'PGPASSWORD'] as const).filter((name) => !env[name]);
  if (missing.length > 0) {
    throw new EngineInputError(
      `${missing.join(' and ')} not set; in a cluster they come from the Secret ${source.settings.server.credentials}, elsewhere set them in the environment`,
    );
  }
  const tls = TLS_MODES.find((mode) => mode === (env.PGSSLMODE ?? source.settings.server.tls));
  if (!tls)
    throw new EngineInputError(
      `PGSSLMODE=${env.PGSSLMODE} is not supported; use one of ${TLS_MODES.join(', ')}`,
    );
  const port = Number(env.PGPORT ?? source.settings.server.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new EngineInputError(`PGPORT=${env.PGPORT} is not a port; use a number from 1 to 65535`);
  }
  return {
    host: env.PGHOST ?? source.settings.server.service,
    port,
    database: env.PGDATABASE ?? source.settings.server.database,
    user: env.PGUSER ?? '',
    password: env.PGPASSWORD ?? '',
    tls,
    ...(env.PGSSLROOTCERT ? { ca: await readFile(env.PGSSLROOTCERT, 'utf8') } : {}),
  };
}
