import type { DumpedDatabase, PostgresqlLogicalPosition } from './logical-position.ts';
import type { Manifest } from './manifest.ts';

/**
 * Whether a backup brings back everything that an older one does, so that nobody needs the older one to have all data
 * again. A physical one holds a whole cluster and a snapshot a whole server. A logical one holds what it was asked for, and
 * takes the place of no physical one, nor a physical one of it: each is a way back where the other kind is of no use.
 */
export function replaces(newer: Manifest, older: Manifest): boolean {
  const [now, before] = [newer.position, older.position];
  if (now.engine === 'postgresql-logical' && before.engine === 'postgresql-logical') {
    return holdsAllOf(now, before);
  }
  return now.engine === before.engine;
}

/**
 * Backups that together bring everything back, each as new as it can be: none of them is replaced by a newer one.
 * @param manifests oldest first. Returns them newest first.
 */
export function irreplaceable(manifests: readonly Manifest[]): Manifest[] {
  const kept: Manifest[] = [];
  for (const manifest of manifests.toReversed()) {
    if (!kept.some((newer) => replaces(newer, manifest))) kept.push(manifest);
  }
  return kept;
}

/** A complete one lacks only what the server no longer had. */
function holdsAllOf(now: PostgresqlLogicalPosition, before: PostgresqlLogicalPosition): boolean {
  if (before.globals !== null && now.globals === null) return false;
  return (
    now.complete ||
    before.databases.every((old) =>
      now.databases.some((database) => database.name === old.name && includes(database, old)),
    )
  );
}

function includes(database: DumpedDatabase, old: DumpedDatabase): boolean {
  if (old.data && !database.data) return false;
  const { tables } = database;
  if (tables === null) return true;
  return (
    old.tables?.every((one) =>
      tables.some(({ schema, name }) => schema === one.schema && name === one.name),
    ) ?? false
  );
}
