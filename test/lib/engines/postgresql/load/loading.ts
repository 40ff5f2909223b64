import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import {
  type LoadOptions,
  type LoadResult,
  loadPostgresql,
} from '../../../../../lib/engines/postgresql/load/load.ts';
import type { PostgresqlRun } from '../../../../../lib/engines/postgresql/run.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext } from '../../../../support/backup-source.ts';
import type { ServerVersion } from '../../../../support/postgres-install.ts';
import {
  type PostgresOptions,
  type PostgresServer,
  startPostgres,
} from '../../../../support/postgres-server.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';
import { DATABASE, makeSampleDatabase } from './sample-database.ts';

/** A server with the sample database, a store beside it, and loads between them. */
export interface Loading {
  readonly server: PostgresServer;
  readonly store: ObjectStore;
  readonly folder: string;
  /** Folder for archives; empty again after every load. */
  readonly scratch: string;
  load(options?: Partial<LoadOptions>, changes?: Partial<PostgresqlRun>): Promise<LoadResult>;
  /** Names of what is left over in the scratch folder and on the server. */
  leftovers(): Promise<unknown[]>;
  /** What pg_dump makes a database, or a table of it, with. */
  definitions(database: string, ...args: string[]): Promise<string>;
  dispose(): Promise<void>;
}

export async function startLoading(
  version: ServerVersion,
  lines: number,
  options: Partial<PostgresOptions> = {},
): Promise<Loading> {
  const folder = await tempFolder('load');
  const scratch = join(folder.path, 'scratch');
  await mkdir(scratch);
  const store = await openStore(pathToFileURL(join(folder.path, 'store')).href);
  const server = await startPostgres({ version, ...options });
  await makeSampleDatabase(server, lines);
  return {
    server,
    store,
    folder: folder.path,
    scratch,
    load: (options = {}, changes = {}) =>
      loadPostgresql(
        { ...runContext(store, version), ...changes },
        {
          address: server.address,
          database: DATABASE,
          confirm: async () => {},
          noOwner: false,
          noPrivileges: false,
          noTablespaces: false,
          scratch,
          binDir: server.binDir,
          ...options,
        },
      ),
    leftovers: async () => [
      ...(await readdir(scratch)),
      ...(await server.sql(`SELECT datname FROM pg_database WHERE datname ~ '_loading$'`)),
    ],
    definitions: async (database, ...args) => {
      const { address, binDir } = server;
      const { stdout } = await promisify(execFile)(
        join(binDir, 'pg_dump'),
        ['--schema-only', ...args, '-d', `dbname='${database.replaceAll("'", "\\'")}'`],
        {
          env: {
            PGHOST: address.host,
            PGPORT: String(address.port),
            PGUSER: address.user,
            PGPASSWORD: address.password,
          },
        },
      );
      // Commands of psql: a key of each dump, and a name that is written in several ways.
      return stdout.replaceAll(/^\\.*\n/gm, '');
    },
    dispose: async () => {
      await server.dispose();
      await store.close();
      await folder.remove();
    },
  };
}
