import type pg from 'pg';
import { LoadRefusedError } from './errors.ts';
import type { LiveTable } from './live-table.ts';

interface Dependents {
  /** Statements that bind views to whatever table has the name, in an order in which they can run. */
  readonly views: readonly string[];
  /** Foreign keys of other tables, to be dropped and made again. */
  readonly keys: readonly { readonly drop: string; readonly add: string }[];
}

const SHAPE = `
  SELECT c.relispartition OR EXISTS (SELECT FROM pg_inherits i WHERE c.oid IN (i.inhrelid, i.inhparent)) AS inherits,
    EXISTS (SELECT FROM pg_publication_rel p WHERE p.prrelid = c.oid) AS published
  FROM pg_class c WHERE c.oid = $1`;

const VIEWS = `
  SELECT DISTINCT v.oid::regclass::text AS name, v.relkind AS kind,
    coalesce(' WITH (' || array_to_string(v.reloptions, ', ') || ')', '') AS options,
    rtrim(pg_get_viewdef(v.oid), ';') AS query
  FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = $1
    AND v.oid <> $1 ORDER BY 1`;

const KEYS = `
  SELECT conrelid::regclass::text AS child, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE contype = 'f' AND confrelid = $1 AND conrelid <> $1 AND conparentid = 0 ORDER BY 1, 2`;

/** Whatever else is bound to the table itself, or to the type of its rows, and would stay with the old one. */
const OTHERS = `
  SELECT DISTINCT pg_describe_object(d.classid, d.objid, d.objsubid) AS what FROM pg_depend d
  JOIN pg_class t ON t.oid = $1
  WHERE ((d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
      AND d.classid IN ('pg_proc'::regclass, 'pg_class'::regclass))
    OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (t.reltype,
      (SELECT typarray FROM pg_type WHERE oid = t.reltype))
      AND NOT (d.classid = 'pg_type'::regclass AND d.deptype = 'i')))
    AND d.deptype = 'n' ORDER BY 1`;

/**
 * What is bound to a table and has to be bound to the one that takes its place.
 * @throws LoadRefusedError if that cannot be done
 */
export async function readDependents(client: pg.Client, live: LiveTable): Promise<Dependents> {
  const { oid, quoted } = live;
  const { rows: shapes } = await client.query<{ inherits: boolean; published: boolean }>(SHAPE, [
    oid,
  ]);
  if (live.partitioned || shapes[0]?.inherits) {
    throw refused(quoted, 'is partitioned, a partition, or inherits');
  }
  if (shapes[0]?.published) throw refused(quoted, 'is published to subscribers');
  const { rows: views } = await client.query<Record<'name' | 'kind' | 'options' | 'query', string>>(
    VIEWS,
    [oid],
  );
  const stored = views.filter(({ kind }) => kind !== 'v').map(({ name }) => name);
  const others = await client.query<{ what: string }>(OTHERS, [oid]);
  const bound = [...stored, ...others.rows.map(({ what }) => what)];
  if (bound.length > 0) throw refused(quoted, `is used by ${bound.join(', ')}`);
  const { rows: keys } = await client.query<Record<'child' | 'name' | 'definition', string>>(KEYS, [
    oid,
  ]);
  return {
    views: views.map(
      ({ name, options, query }) => `CREATE OR REPLACE VIEW ${name}${options} AS ${query}`,
    ),
    keys: keys.map(({ child, name, definition }) => ({
      drop: `ALTER TABLE ${child} DROP CONSTRAINT ${name}`,
      add: `ALTER TABLE ${child} ADD CONSTRAINT ${name} ${definition}`,
    })),
  };
}

const refused = (quoted: string, why: string): LoadRefusedError =>
  new LoadRefusedError(
    `${quoted} ${why}, so that no other table can take its place; load the rows into it with --by replace`,
  );
