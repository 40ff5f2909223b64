import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ThawOrder } from '../../../catalog/thaw.ts';
import { chooseOwner } from '../../restore-target.ts';
import { databaseOption, withClientEnvironment } from '../client-environment.ts';
import { ClientProcess } from '../client-process.ts';
import { makeClusterFolder } from '../drill/scratch-folder.ts';
import { ScratchServer } from '../drill/scratch-server.ts';
import { choose } from '../restore/choose.ts';
import type { RestoreWay } from '../restore/goal.ts';
import { restoreChosen } from '../restore/restore.ts';
import { inspectTarget } from '../restore/target.ts';
import type { PostgresqlRun } from '../run.ts';
import { Archive, type ArchiveOptions, findPgRestore, optionArgs } from './archive.ts';
import { countRows } from './counts.ts';
import { quoteTable } from './live-table.ts';
import type { LoadSource } from './source.ts';
import type { QualifiedName } from './sql-statements.ts';
import { findPgDump, readDefinitions } from './table-definitions.ts';

interface RecoveredOptions extends ArchiveOptions {
  /** Which state is recovered. */
  readonly way: RestoreWay;
  readonly database: string;
  /** The only table that is wanted. */
  readonly table: QualifiedName | undefined;
  /** For the archive. */
  readonly folder: string;
  /** Directory with room for the whole cluster. @default the system's temporary one */
  readonly scratch?: string | undefined;
  readonly serverMajor: string;
  readonly binDir: string | undefined;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly thaw: ThawOrder | undefined;
}

const TREE = `SELECT n.nspname AS schema, c.relname AS name FROM pg_partition_tree($1::regclass) t
  JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY t.level`;

/**
 * Recovers a physical backup into a folder, starts a server on it, and dumps what is wanted from there: any moment of the
 * last days comes back that way, one table of it too. The server and the folder are gone when `work` has ended.
 * @throws as `choose` and `restoreChosen`; ClientProgramError
 */
export async function withRecovered<T>(
  run: PostgresqlRun,
  options: RecoveredOptions,
  work: (source: LoadSource) => Promise<T>,
): Promise<T> {
  const planOwner = run.source.settings.server;
  const owner = chooseOwner({ ...(options.owner && { owner: options.owner }), planOwner });
  const folder = await makeClusterFolder(options.scratch ?? tmpdir(), owner);
  try {
    const binDir = options.binDir === undefined ? {} : { binDir: options.binDir };
    const target = await inspectTarget({
      ...{ target: folder.data, planOwner },
      ...(owner && { owner }),
    });
    const choice = await choose(run, options.way);
    const { base } = choice.route;
    const [major = ''] = base.serverVersion.split('.');
    const program = await findPgDump(major, options.binDir);
    const restore = await findPgRestore(
      { archive: major, server: options.serverMajor },
      options.binDir,
    );
    const thaw = options.thaw === undefined ? {} : { thaw: options.thaw };
    await restoreChosen(run, { ...binDir, ...thaw }, target, choice);
    run.report({ level: 'info', message: 'starting a server on what was recovered' });
    const server = await ScratchServer.start({
      ...{ major, binDir: options.binDir, dataDir: target.dataDir, folder, signal: run.signal },
    });
    try {
      const { archive, counts } = await dump(run, server, { ...options, program, restore });
      return await work({
        backup: base.id,
        archive,
        counts,
        definitions: ({ all }) =>
          readDefinitions({
            ...{ address: server.address(options.database), tables: all, program },
            ...{ args: optionArgs(options), signal: run.signal },
          }),
      });
    } finally {
      await server.quit();
    }
  } finally {
    await folder.remove();
  }
}

async function dump(
  run: PostgresqlRun,
  server: ScratchServer,
  options: RecoveredOptions & { readonly program: string; readonly restore: string },
): Promise<Pick<LoadSource, 'archive' | 'counts'>> {
  const { database, table, folder, program } = options;
  const { signal } = run;
  run.report({ level: 'info', message: `dumping ${table ? quoteTable(table) : database}` });
  const { counts, tables } = await server.connected(database, async (client) => ({
    counts: await countRows(client, database),
    tables: table ? (await client.query<QualifiedName>(TREE, [quoteTable(table)])).rows : undefined,
  }));
  const path = join(folder, 'recovered.dump');
  await withClientEnvironment(server.address(database), async (env) => {
    const args = [
      ...['--format=custom', '--compress=0', '--no-password'],
      ...(tables ?? []).map((one) => `--table=${quoteTable(one)}`),
      ...['--dbname', databaseOption(database)],
    ];
    const child = new ClientProcess({ path: program, args, env, signal });
    await pipeline(child.stdout, createWriteStream(path, { mode: 0o600 }), { signal });
    await child.end();
  });
  return { counts, archive: new Archive({ path, folder, program: options.restore, signal }) };
}
