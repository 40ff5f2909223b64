import type { Archive } from './archive.ts';
import { LoadRefusedError } from './errors.ts';
import { type QualifiedName, qualifiedNameAt } from './sql-statements.ts';
import { readTableData, type TableData } from './table-data.ts';

const ATTACH = / TABLE ATTACH /;

/** A table as it is in an archive, with its partitions, their partitions and so on. */
export interface ArchivedTable {
  readonly table: QualifiedName;
  /** It and everything below it. */
  readonly all: readonly QualifiedName[];
  /** Lines of the table of contents that hold their rows. */
  readonly data: readonly string[];
}

export const sameName = (a: QualifiedName, b: QualifiedName): boolean =>
  a.schema === b.schema && a.name === b.name;

/** @throws LoadRefusedError if it is not in the archive, or without rows */
export async function findArchived(archive: Archive, table: QualifiedName): Promise<ArchivedTable> {
  const entries = await archive.entries();
  const below = await partitions(archive, entries);
  const all = [table];
  for (const one of all) {
    for (const { parent, child } of below) if (sameName(parent, one)) all.push(child);
  }
  const data = all.flatMap((one) => entries.filter((line) => isData(line, one)));
  if (data.length === 0) {
    throw new LoadRefusedError(`the backup holds no rows of ${table.schema}.${table.name}`);
  }
  return { table, all, data };
}

/** Their rows, one table after the other. */
export async function* rowsOf(
  archive: Archive,
  { all, data }: ArchivedTable,
): AsyncGenerator<TableData> {
  for await (const found of readTableData(archive.script(data))) {
    // The lines do not say where the schema ends and the name begins.
    if (all.some((one) => sameName(one, found.table))) yield found;
    else for await (const _ of found.rows);
  }
}

/** `3427; 0 16481 TABLE DATA s p t owner`, with line breaks in names as blanks. */
const isData = (line: string, { schema, name }: QualifiedName): boolean =>
  line.replace(/^\d+; \d+ \d+ /, '').startsWith(`TABLE DATA ${flat(schema)} ${flat(name)} `);

const flat = (name: string): string => name.replaceAll(/[\r\n]/g, ' ');

async function partitions(
  archive: Archive,
  entries: readonly string[],
): Promise<{ readonly parent: QualifiedName; readonly child: QualifiedName }[]> {
  const lines = entries.filter((line) => ATTACH.test(line));
  if (lines.length === 0) return [];
  const found = [];
  for await (const statement of archive.statements(lines)) {
    const PARENT = 'ALTER TABLE ONLY ';
    const CHILD = ' ATTACH PARTITION ';
    const parent = statement.startsWith(PARENT) && qualifiedNameAt(statement, PARENT.length);
    if (!parent || !statement.startsWith(CHILD, parent.end)) continue;
    const child = qualifiedNameAt(statement, parent.end + CHILD.length);
    if (child) found.push({ parent, child });
  }
  return found;
}
