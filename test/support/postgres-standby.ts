import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServerVersion } from './postgres-install.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { SERVER_ENV } from './server-process.ts';
import { tempFolder } from './temp-folder.ts';

/** Starts a server that follows another one over a connection, and has everything that it has. */
export async function startStandby(
  primary: PostgresServer,
  version: ServerVersion,
): Promise<PostgresServer> {
  const folder = await tempFolder('standby');
  await chown(folder.path, primary.uid, primary.gid);
  const dataDir = join(folder.path, 'data');
  const { host, port, user, password } = primary.address;
  await promisify(execFile)(
    join(primary.binDir, 'pg_basebackup'),
    // biome-ignore format: one option and its value each
    ['-D', dataDir, '-h', host, '-p', String(port), '-U', user, '-X', 'stream', '-c', 'fast', '-R'],
    {
      uid: primary.uid,
      gid: primary.gid,
      cwd: folder.path,
      env: { ...SERVER_ENV, PGPASSWORD: password },
    },
  );
  const standby = await startPostgres({ version, existing: { dataDir, password } });
  return {
    ...standby,
    get pid() {
      return standby.pid;
    },
    dispose: async () => {
      await standby.dispose();
      await folder.remove();
    },
  };
}
