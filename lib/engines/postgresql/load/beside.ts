import type pg from 'pg';
import { quoteName, quoteText } from '../replication-values.ts';
import { type Archive, type ArchiveOptions, optionArgs } from './archive.ts';
import { LoadError } from './errors.ts';
import { nameAt } from './sql-statements.ts';

/** The comment by which we know what we made ourselves and may remove. */
const mark = (database: string): string => `tidemark: being loaded, to become ${database}`;

const DATABASE_ENTRY =
  /^\d+; \d+ \d+ (?:DATABASE|(?:COMMENT|ACL|SECURITY LABEL) - DATABASE|DATABASE PROPERTIES) /;

/** A database that is loaded under a name of its own, beside the one that it will replace. */
export interface Beside {
  readonly name: string;
  /**
   * What gives it the settings and privileges of the archive's database. Comes last: a setting such as
   * default_transaction_read_only would hinder the load itself.
   */
  readonly properties: readonly string[];
  /** What puts the archive's comment, or none, in the place of our mark. */
  readonly comment: string;
}

/** Makes it, with the encoding, the locale and the owner that the archive says. @throws LoadError */
export async function createBeside(
  admin: pg.Client,
  archive: Archive,
  { name, database }: { readonly name: string; readonly database: string },
  options: ArchiveOptions,
): Promise<Beside> {
  const entries = (await archive.entries()).filter((line) => DATABASE_ENTRY.test(line));
  const properties: string[] = [];
  let comment = `COMMENT ON DATABASE ${quoteName(name)} IS NULL`;
  let created = false;
  for await (const statement of archive.statements(entries, ['--create', ...optionArgs(options)])) {
    const renamed = renameDatabase(statement, name);
    if (statement.startsWith('CREATE DATABASE ')) {
      await dropBeside(admin, name, database);
      await admin.query(renamed);
      await admin.query(`COMMENT ON DATABASE ${quoteName(name)} IS ${quoteText(mark(database))}`);
      created = true;
    } else if (/^ALTER DATABASE \S.* OWNER TO /.test(statement)) {
      await admin.query(renamed);
    } else if (statement.startsWith('COMMENT ON DATABASE ')) {
      comment = renamed;
    } else if (!/^(SET|SELECT) /.test(statement)) {
      properties.push(renamed);
    }
  }
  if (!created) throw new LoadError('the archive does not say what its database is made with');
  return { name, properties, comment };
}

/** Removes what a load that was interrupted has left. @throws LoadError if it is somebody else's */
export async function dropBeside(admin: pg.Client, name: string, database: string): Promise<void> {
  const { rows } = await admin.query<{ comment: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
    [name],
  );
  const [found] = rows;
  if (!found) return;
  if (found.comment !== mark(database)) {
    throw new LoadError(
      `there is a database ${name}, which is not of a load of ${database}; rename it, then load again`,
    );
  }
  await admin.query(`DROP DATABASE ${quoteName(name)} WITH (FORCE)`);
}

/** The statement about another database: its name is the first that follows `DATABASE`. */
export function renameDatabase(statement: string, name: string): string {
  const KEYWORD = 'DATABASE ';
  const at = statement.indexOf(KEYWORD) + KEYWORD.length;
  const found = nameAt(statement, at);
  if (at < KEYWORD.length || !found) return statement;
  return `${statement.slice(0, at)}${quoteName(name)}${statement.slice(found.end)}`;
}
