import type pg from 'pg';
import { messageOf } from '../../../message.ts';
import type { ServerAddress } from '../connection.ts';
import { quoteName } from '../replication-values.ts';
import type { PostgresqlRun } from '../run.ts';
import { lockLoads, maintenanceAddress, openSession } from './admin.ts';
import type { Archive, ArchiveOptions } from './archive.ts';
import { type Beside, createBeside, dropBeside } from './beside.ts';
import { checkLoaded, countIn, type ExpectedRows } from './check-loaded.ts';
import type { RowCounts } from './counts.ts';
import { beforeName, besideName } from './database-names.ts';
import { LoadError } from './errors.ts';
import { checkRoles } from './required-roles.ts';
import { swapDatabases } from './swap-database.ts';
import { type Found, inspectDatabase, refuseData } from './target-database.ts';

/** What becomes of a database that holds data and is replaced. `drop-first`: there is no room for both at once. */
export const OLD_DATABASE = ['keep', 'drop', 'drop-first'] as const;
export type OldDatabase = (typeof OLD_DATABASE)[number];

export interface LoadDatabaseOptions extends ArchiveOptions {
  /** Undefined: a database that holds data is refused. */
  readonly replace: OldDatabase | undefined;
  /** Asked before data is replaced. @throws what refuses */
  readonly confirm: (name: string) => Promise<void>;
  /** Connections that load at the same time. */
  readonly jobs: number;
}

export interface DatabaseLoad {
  readonly database: string;
  /** What the replaced database is called now; null = there is none any more, or there was none. */
  readonly kept: string | null;
  /** Null: nothing was there. */
  readonly before: RowCounts | null;
  readonly after: RowCounts;
}

/**
 * Loads an archive into a database of its own, counts what came back, and only then gives it the name, in one
 * transaction. Whatever fails before leaves everything as it was.
 * @param address of the database that is to be loaded
 * @throws LoadRefusedError, LockHeldError before anything is changed; LoadError, ClientProgramError
 */
export async function loadDatabase(
  run: PostgresqlRun,
  archive: Archive,
  address: ServerAddress,
  expected: ExpectedRows,
  options: LoadDatabaseOptions,
): Promise<DatabaseLoad> {
  const { signal, report } = run;
  const { database } = address;
  const place = await maintenanceAddress(address, database);
  const admin = await openSession(place, signal);
  try {
    await lockLoads(admin, database);
    const found = await inspectDatabase(admin, address, signal);
    refuseData(database, found, options.replace);
    await checkRoles(admin, archive, options);
    const before = found === 'nothing' ? null : await countIn(address, expected.database, signal);
    if (found === 'data') await options.confirm(database);
    const early = found === 'data' && options.replace === 'drop-first';
    if (early) {
      report({
        level: 'warning',
        message: `dropping the database ${database} before it is loaded`,
      });
      await drop(admin, database);
    }

    const name = besideName(database);
    try {
      const beside = await createBeside(admin, archive, { name, database }, options);
      report({ level: 'info', message: `loading ${database}` });
      const besideAddress = { ...address, database: beside.name };
      await archive.restore(besideAddress, options.jobs, options);
      const after = await checkLoaded(run, besideAddress, expected);
      const old = early ? 'nothing' : found;
      const kept = await takeName(run, admin, place, { beside, database, old, options });
      return { database, kept, before, after };
    } catch (error) {
      await cleanUp(run, place, name, database);
      throw error;
    }
  } finally {
    await admin.end().catch(() => undefined);
  }
}

/** @returns what the replaced database is called now */
async function takeName(
  { signal, now, report }: PostgresqlRun,
  admin: pg.Client,
  place: ServerAddress,
  swap: { beside: Beside; database: string; old: Found; options: LoadDatabaseOptions },
): Promise<string | null> {
  const { beside, database, old, options } = swap;
  const before = old === 'nothing' ? undefined : beforeName(database, now());
  report({ level: 'info', message: `giving the loaded database the name ${database}` });
  await swapDatabases(admin, place, { beside, database, before }, signal);
  if (before === undefined) return null;
  if (old === 'data' && options.replace === 'keep') return before;
  const gone =
    old === 'data' ? drop(admin, before) : dropEmpty(admin, { ...place, database: before }, signal);
  // The load itself has succeeded, whatever becomes of this.
  return gone.then(
    () => null,
    (error: Error) => {
      report({
        level: 'warning',
        message: `the replaced database stays as ${before}: ${error.message}`,
      });
      return before;
    },
  );
}

const drop = (admin: pg.Client, database: string) =>
  admin.query(`DROP DATABASE ${quoteName(database)} WITH (FORCE)`);

/** Nobody agreed to lose what somebody has put into it while the backup was loaded. @throws LoadError if there is something */
async function dropEmpty(admin: pg.Client, place: ServerAddress, signal: AbortSignal) {
  const name = quoteName(place.database);
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  const found = await inspectDatabase(admin, place, signal).finally(() =>
    admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`),
  );
  if (found !== 'empty') throw new LoadError('it was filled while the backup was loaded');
  await drop(admin, place.database);
}

/** On a session of its own, as ours may be what broke. What cannot be removed now, the next load removes. */
async function cleanUp(
  { report }: PostgresqlRun,
  place: ServerAddress,
  name: string,
  database: string,
): Promise<void> {
  try {
    const session = await openSession(place);
    try {
      await dropBeside(session, name, database);
    } finally {
      await session.end();
    }
  } catch (error) {
    report({
      level: 'warning',
      message: `${name} is left over from this load (${messageOf(error)}); the next load of ${database} removes it`,
    });
  }
}
