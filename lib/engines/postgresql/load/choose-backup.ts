import { backupIdKind } from '../../../catalog/keys.ts';
import type { DumpedDatabase } from '../../../catalog/logical-position.ts';
import { claimStore, scanBackups } from '../../../catalog/reader.ts';
import { isLogical, type LogicalManifest } from '../logical/position.ts';
import type { PostgresqlRun } from '../run.ts';
import { LoadRefusedError } from './errors.ts';
import type { QualifiedName } from './sql-statements.ts';

/** What is to be loaded. */
export interface Wanted {
  readonly database: string;
  /** Undefined: the whole database. */
  readonly table: QualifiedName | undefined;
  /** The only backup to take it from. @default the newest one that holds it */
  readonly backup: string | undefined;
}

export interface ChosenBackup {
  readonly backup: LogicalManifest;
  readonly database: DumpedDatabase;
}

/**
 * Every logical backup of the source that can be read, newest first.
 * @param newest whether the newest one is wanted
 * @throws LoadRefusedError if it is, and there is one that cannot be read: that may be it
 */
export async function logicalBackups(
  { store, compiled, source, report }: PostgresqlRun,
  newest: boolean,
): Promise<LogicalManifest[]> {
  await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
  const { manifests, unreadable } = await scanBackups(store, source.name);
  for (const { error } of unreadable) report({ level: 'warning', message: error.message });
  const lost = unreadable.find(({ key }) => key.includes(backupIdKind('logical')));
  if (lost && newest) {
    throw new LoadRefusedError(
      `${lost.error.message}; it may be the newest one: name the backup that is wanted with --backup, see them with: tidemark list`,
      { cause: lost.error },
    );
  }
  return manifests.filter(isLogical).reverse();
}

/**
 * The newest logical backup that holds what is wanted, with its rows.
 * @throws LoadRefusedError that says what the backup that was named lacks
 */
export function chooseBackup(backups: readonly LogicalManifest[], wanted: Wanted): ChosenBackup {
  const candidates = backups.filter(
    ({ id }) => wanted.backup === undefined || id === wanted.backup,
  );
  let lacking: string | undefined;
  for (const backup of candidates) {
    const database = backup.position.databases.find(({ name }) => name === wanted.database);
    const lacks = lackOf(backup, database, wanted);
    if (database && lacks === undefined) return { backup, database };
    lacking ??= `${backup.id} ${lacks}`;
  }
  throw new LoadRefusedError(
    lacking === undefined
      ? `there is no logical backup${wanted.backup === undefined ? '' : ` ${wanted.backup}`} of the source; see them with: tidemark list`
      : `${lacking}; ${wanted.backup === undefined ? 'and no older backup has it' : 'choose another one, see them with: tidemark list'}`,
  );
}

/** Undefined if it has everything. */
function lackOf(
  { position }: LogicalManifest,
  database: DumpedDatabase | undefined,
  { table, backup }: Wanted,
): string | undefined {
  if (!database) {
    return `holds the databases ${position.databases.map(({ name }) => name).join(', ')}`;
  }
  const bare = `holds definitions of ${database.name} and no rows`;
  if (!table) {
    if (database.tables !== null) {
      return `holds only chosen tables of ${database.name}, which come back one by one with --table`;
    }
    // An empty database must not take the place of a full one because it is newer.
    return database.data || backup !== undefined
      ? undefined
      : `${bare}, which are loaded where --backup names it`;
  }
  const holds = database.tables?.some(
    ({ schema, name }) => schema === table.schema && name === table.name,
  );
  if (holds === false) return `does not hold the table ${table.schema}.${table.name}`;
  return database.data ? undefined : bare;
}
