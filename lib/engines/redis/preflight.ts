import type { RedisAddress } from './address.ts';
import { RedisConnection } from './connection.ts';
import { type Info, keysIn, keyspaceCounts, readInfo } from './info.ts';
import { SERVER_VERSIONS } from './plan.ts';
import { PreflightError } from './preflight-error.ts';
import { RedisReplyError } from './resp.ts';
import type { RedisRun } from './run.ts';

/** What a run needs to know of the server before it starts. */
export interface ServerFacts {
  /** As the server reports it, such as `7.0.15`. */
  readonly serverVersion: string;
  /** In all databases. */
  readonly keys: number;
  /** Seconds since a replica has heard of its master; 0 for a master. */
  readonly behindSeconds: number;
}

/** Looks at the server before anything is taken. @throws PreflightError, ServerConnectError */
export async function preflight(run: RedisRun, address: RedisAddress): Promise<ServerFacts> {
  const info = await ask(run, address);
  const version = field(info, 'redis_version');
  checkVersion(version, run.source.settings.server.version);
  if (info.get('loading') === '1') {
    throw new PreflightError(
      'the server is still reading its data after a start (loading:1)',
      'try again when it is done',
    );
  }
  if (info.get('cluster_enabled') === '1') {
    run.report({
      level: 'warning',
      message:
        'the server is a node of a cluster: its snapshot holds its own slots only, so every master needs a source of its own',
    });
  }
  return {
    serverVersion: version,
    keys: keysIn(keyspaceCounts(info)),
    behindSeconds: behind(info),
  };
}

/** Keys that the server has now, in all databases. @throws ServerConnectError, PreflightError */
export async function countKeys(run: RedisRun, address: RedisAddress): Promise<number> {
  return keysIn(keyspaceCounts(await ask(run, address)));
}

async function ask(run: RedisRun, address: RedisAddress): Promise<Info> {
  const connection = await RedisConnection.connect(address, { signal: run.signal });
  try {
    return await readInfo(connection);
  } catch (error) {
    if (!(error instanceof RedisReplyError)) throw error;
    throw new PreflightError(
      `the server refuses INFO: ${error.message}`,
      error.code === 'NOAUTH'
        ? 'name the Secret with the password in the plan (server.credentials), elsewhere set REDIS_PASSWORD'
        : 'give the user its rights: ACL SETUSER <user> +psync +replconf +ping +info',
    );
  } finally {
    connection.close();
  }
}

function checkVersion(version: string, planned: string): void {
  const [major = ''] = version.split('.');
  if (!SERVER_VERSIONS.some((known) => known === major)) {
    throw new PreflightError(
      `the server is Redis ${version}`,
      `versions ${SERVER_VERSIONS.join(', ')} can be backed up`,
    );
  }
  if (major !== planned) {
    throw new PreflightError(
      `the server is Redis ${version} and the plan says ${planned}`,
      `write version: '${major}' in the plan: a restore needs a program of the same major`,
    );
  }
}

/** A replica that has lost its master would give old data as if they were new. */
function behind(info: Info): number {
  if (info.get('role') !== 'slave') return 0;
  const link = field(info, 'master_link_status');
  if (link !== 'up') {
    throw new PreflightError(
      `the server is a replica that has lost its master (master_link_status:${link})`,
      'repair the replica, or point the plan at the master',
    );
  }
  return Math.max(0, Number(info.get('master_last_io_seconds_ago') ?? 0));
}

function field(info: Info, name: string): string {
  const value = info.get(name);
  if (value !== undefined) return value;
  throw new PreflightError(`the server's INFO has no ${name}`, 'check that this is a Redis server');
}
