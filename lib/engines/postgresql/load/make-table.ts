import type pg from 'pg';
import { quoteName } from '../replication-values.ts';
import { quoteTable } from './live-table.ts';
import type { QualifiedName } from './sql-statements.ts';

const GRANTS = /^(?:GRANT|REVOKE|SET SESSION AUTHORIZATION) /;

/** The tables themselves and the sequences of their columns, with those who may do something with them. */
const GRANTED = `
  SELECT DISTINCT c.oid::regclass::text AS name, c.relkind = 'S' AS sequence, r.rolname AS role
  FROM pg_class c CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
  WHERE a.grantee <> c.relowner AND (c.oid = ANY ($1::regclass[]) OR c.oid IN (
    SELECT d.objid FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
      AND d.refobjid = ANY ($1::regclass[]) AND d.deptype IN ('a', 'i')))`;

/**
 * Makes tables as pg_dump says. What the server grants on every new table by its default privileges is taken back before
 * the dump's own grants: a dump knows a table as it is, and not what would come on top.
 * @param statements those of pg_dump's section before the data, where every grant comes last
 */
export async function makeTables(
  client: pg.Client,
  tables: readonly QualifiedName[],
  statements: readonly string[],
): Promise<void> {
  const first = statements.findIndex((statement) => GRANTS.test(statement));
  const split = first < 0 ? statements.length : first;
  for (const statement of statements.slice(0, split)) await client.query(statement);
  const { rows } = await client.query<{ name: string; sequence: boolean; role: string | null }>(
    GRANTED,
    [tables.map(quoteTable)],
  );
  for (const { name, sequence, role } of rows) {
    const from = role === null ? 'PUBLIC' : quoteName(role);
    await client.query(`REVOKE ALL ON ${sequence ? 'SEQUENCE' : 'TABLE'} ${name} FROM ${from}`);
  }
  for (const statement of statements.slice(split)) await client.query(statement);
}
