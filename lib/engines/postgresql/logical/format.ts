import { displayName } from './identifier.ts';

/**
 * Names of the files of a logical backup before `.zst` is appended: all are stored as zstd frames. Readers take them
 * from the manifest's position; that they speak is for people.
 */
export const GLOBALS_FILE = 'globals.sql';

/** `databases/16384-shop.dump`. */
export const dumpFile = (oid: number, database: string): string =>
  `databases/${oid}-${speaking(database)}.dump`;

/** `csv/16384-shop/16401-public.orders.csv`. */
export const csvFile = (
  database: { readonly oid: number; readonly name: string },
  table: { readonly oid: number; readonly schema: string; readonly name: string },
): string =>
  `csv/${database.oid}-${speaking(database.name)}/${table.oid}-${speaking(table.schema)}.${speaking(table.name)}.csv`;

/** Keys have few characters, names have all: the number in front keeps them apart. */
const speaking = (name: string): string => name.replaceAll(/[^A-Za-z0-9_=-]/g, '_').slice(0, 63);

/**
 * Key of a table in the manifest's `counts`: `shop.public.orders`, with double quotes around every name that is not
 * made of lower-case letters, digits and underscores. Counted are the rows that the archive holds, of each partition apart; large objects are counted as the rows
 * of `pg_catalog.pg_largeobject_metadata`.
 */
export const countKey = (database: string, schema: string, table: string): string =>
  [database, schema, table].map(displayName).join('.');
