import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RecoveryError } from './errors.ts';

const run = promisify(execFile);

/** A `redis-server` that was found. */
export interface RedisProgram {
  readonly path: string;
  /** Such as `7.0.15`. */
  readonly version: string;
}

/**
 * Finds a `redis-server` that can read a backup: one that is not older than the backup's server. A newer one is no harm,
 * as it rewrites nothing.
 * @param binDir the only folder to look in; default: the PATH
 * @throws RecoveryError that says where it was looked for and what was found
 */
export async function findRedisServer(
  serverVersion: string,
  binDir: string | undefined,
): Promise<RedisProgram> {
  const folders = binDir === undefined ? (process.env.PATH ?? '').split(delimiter) : [binDir];
  const looked: string[] = [];
  for (const folder of folders.filter((name) => name !== '')) {
    const path = join(folder, 'redis-server');
    const version = await versionOf(path);
    if (version !== undefined && compareMinor(version, serverVersion) >= 0) {
      return { path, version };
    }
    looked.push(version === undefined ? folder : `${folder} (version ${version})`);
  }
  throw new RecoveryError(
    `the restore needs redis-server ${minorOf(serverVersion)} or newer, which is not in ${looked.join(', ')}; install it, name its folder, or restore in Tidemark's image for Redis`,
  );
}

/** By major and minor: within one, the format of the files is the same. */
export function compareMinor(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  return (left?.[0] ?? 0) - (right?.[0] ?? 0) || (left?.[1] ?? 0) - (right?.[1] ?? 0);
}

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
    return /\bv=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    // Not there or not a program: the caller reports every place that it looked at.
    return undefined;
  }
}
