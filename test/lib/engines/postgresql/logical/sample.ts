import { connectSql } from '../../../../../lib/engines/postgresql/connection.ts';
import { quoteName } from '../../../../../lib/engines/postgresql/replication-values.ts';
import type { PostgresServer } from '../../../../support/postgres-server.ts';

/** A database whose name no shell and no key takes as it is. */
export const DATABASE = `Shop "ü" 'n\\`;

/** One of nearly everything that a dump has to carry. */
const SCHEMA = [
  'CREATE EXTENSION pg_trgm',
  'CREATE SCHEMA "Sales (old)"',
  "CREATE TYPE mood AS ENUM ('sad', 'glad')",
  'CREATE DOMAIN positive AS int CHECK (VALUE > 0)',
  'CREATE TABLE customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, note text, mood mood)',
  `INSERT INTO customer (name, note, mood)
     SELECT 'Zoë ' || n || chr(9) || chr(10) || '\\.', CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE '"' || n END, 'glad'
       FROM generate_series(1, 20000) n`,
  'CREATE TABLE "Sales (old)"."Order ""x""" (id bigserial PRIMARY KEY, customer int REFERENCES customer, amount positive, double int GENERATED ALWAYS AS (amount * 2) STORED, at timestamptz, bits bytea, deep float8)',
  `INSERT INTO "Sales (old)"."Order ""x""" (customer, amount, at, bits, deep)
     SELECT n, n, '2026-03-29 01:59:59.123456+01'::timestamptz + n * interval '1 hour', decode(md5(n::text), 'hex'), 1 / n::float8
       FROM generate_series(1, 20000) n`,
  'CREATE TABLE event (at date, what text) PARTITION BY RANGE (at)',
  "CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
  "CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  "INSERT INTO event SELECT '2025-06-01'::date + n, 'e' || n FROM generate_series(1, 400) n",
  'CREATE UNLOGGED TABLE cache AS SELECT n FROM generate_series(1, 7) n',
  'CREATE TABLE nothing (a int)',
  'CREATE TABLE parent (a int)',
  'CREATE TABLE child () INHERITS (parent)',
  'INSERT INTO parent VALUES (1)',
  'INSERT INTO child VALUES (2), (3)',
  'CREATE MATERIALIZED VIEW glad AS SELECT mood, count(*) FROM customer GROUP BY mood',
  'CREATE VIEW names AS SELECT name FROM customer',
  "SELECT lo_from_bytea(0, convert_to(repeat('große ', 50000), 'UTF8')), lo_from_bytea(0, ''), lo_from_bytea(0, '\\x00ff')",
];

export async function createSample(server: PostgresServer): Promise<void> {
  await server.sql(`CREATE DATABASE ${quoteName(DATABASE)}`);
  await server.sql('CREATE DATABASE empty');
  await inDatabase(server, DATABASE, SCHEMA);
}

/** Runs statements in a database of the server; returns the rows of the last one. */
export async function inDatabase(
  server: PostgresServer,
  database: string,
  statements: readonly string[],
): Promise<Record<string, unknown>[]> {
  const client = await connectSql({ ...server.address, database });
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** A digest of every row of every table, of sequences and of large objects. */
export async function contentOf(
  server: PostgresServer,
  database: string,
): Promise<Record<string, string>> {
  const client = await connectSql({ ...server.address, database });
  try {
    const { rows } = await client.query<{ name: string; sequence: boolean }>(
      "SELECT c.oid::regclass::text AS name, relkind = 'S' AS sequence FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'm', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1",
    );
    const digests: Record<string, string> = {};
    const digest = async (name: string, from: string) => {
      const { rows } = await client.query<{ digest: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(r, '' ORDER BY r)), '') AS digest FROM (SELECT x::text AS r FROM ${from} x) rows`,
      );
      digests[name] = rows[0]?.digest ?? '';
    };
    for (const { name, sequence } of rows) {
      await digest(name, sequence ? `(SELECT last_value, is_called FROM ${name})` : `ONLY ${name}`);
    }
    await digest(
      'large objects',
      '(SELECT md5(lo_get(oid)) || length(lo_get(oid)) AS d FROM pg_largeobject_metadata)',
    );
    return digests;
  } finally {
    await client.end();
  }
}
