import type { PostgresqlRun } from '../run.ts';
import { chooseBackup, logicalBackups } from './choose-backup.ts';
import type { LoadOptions } from './load.ts';
import { logicalSource } from './logical-source.ts';
import { withRecovered } from './recovered-source.ts';
import type { LoadSource } from './source.ts';
import type { TargetServer } from './target-database.ts';

/** A dump that is stored, unless another state is asked for: then the physical backup that leads there, recovered. */
export async function withSource<T>(
  run: PostgresqlRun,
  options: LoadOptions,
  { folder, server }: { readonly folder: string; readonly server: TargetServer },
  work: (source: LoadSource) => Promise<T>,
): Promise<T> {
  const { database, table, backup, to, binDir, thaw, owner } = options;
  const backups = await logicalBackups(run, backup === undefined && to === undefined);
  const physical =
    to !== undefined || (backup !== undefined && !backups.some(({ id }) => id === backup));
  const address = { ...options.address, database: options.into ?? database };
  const common = { ...options, address, folder, serverMajor: server.major, binDir, thaw };
  if (!physical) {
    const chosen = chooseBackup(backups, { database, table, backup });
    return work(await logicalSource(run, chosen, common));
  }
  const way = { to: to ?? 'latest', ...(backup === undefined ? {} : { backup }) };
  return withRecovered(run, { ...common, way, table, owner }, work);
}
