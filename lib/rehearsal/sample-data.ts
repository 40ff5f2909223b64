import type pg from 'pg';

/** Tables of the rehearsal, each with a key `id`. */
const TABLES = ['customers', 'orders', 'documents'] as const;
/** The one that is dropped by mistake. */
export const DROPPED = 'orders';

const ORDERS = 100_000;
const LATER_ORDERS = 5_000;

/** Rows as they were at one moment. */
export interface TableDigest {
  readonly table: string;
  readonly rows: number;
  /** Of every row's text in the order of the key. */
  readonly sha256: string;
}

/** A little shop: many small rows, text beyond ASCII, and values that are stored out of line. */
export async function createData(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, joined timestamptz NOT NULL);
    CREATE TABLE orders (id int PRIMARY KEY, customer int NOT NULL REFERENCES customers,
      amount numeric(12, 2) NOT NULL, note text, placed timestamptz NOT NULL);
    CREATE TABLE documents (id int PRIMARY KEY, body text NOT NULL);
    INSERT INTO customers
      SELECT n, (ARRAY['Zoë Ångström', '山田 太郎', 'Ольга', 'مريم', 'Jürgen 🚲'])[n % 5 + 1] || ' ' || n,
        '2026-01-01Z'::timestamptz + n * interval '1 hour'
      FROM generate_series(1, 2000) n;
    INSERT INTO orders ${orders(1, ORDERS)};
    INSERT INTO documents
      SELECT n, (SELECT string_agg(md5((n * 1000003 + i)::text), '') FROM generate_series(1, 8192) i)
      FROM generate_series(1, 8) n;
    INSERT INTO documents SELECT 9, repeat('Grüße 🌊 ', 1000000);
  `);
}

/** What happens after the base backup: only the WAL holds it. */
export async function changeData(client: pg.Client): Promise<void> {
  await client.query(`INSERT INTO orders ${orders(ORDERS + 1, ORDERS + LATER_ORDERS)}`);
  await client.query(`UPDATE orders SET amount = amount + 1 WHERE id % 50 = 0`);
  await client.query(`DELETE FROM orders WHERE id % 997 = 0`);
  await client.query(`UPDATE documents SET body = body || ' changed' WHERE id = 9`);
}

function orders(from: number, to: number): string {
  return `SELECT n, n % 2000 + 1, (n * 37 % 100000) / 100.0, CASE WHEN n % 3 = 0 THEN 'čaj №' || n END,
    '2026-06-01Z'::timestamptz + n * interval '1 second' FROM generate_series(${from}, ${to}) n`;
}

/** Counts and digests every row of every table. */
export async function digestData(client: pg.Client): Promise<TableDigest[]> {
  const digests: TableDigest[] = [];
  // Printed times and numbers depend on these settings: both sides of a comparison use the same.
  await client.query(`SET timezone = 'UTC'; SET datestyle = 'ISO'; SET extra_float_digits = 1`);
  for (const table of TABLES) {
    const { rows } = await client.query<{ rows: number; sha256: string }>(
      `SELECT count(*)::int AS rows,
         encode(sha256(convert_to(string_agg(t::text, E'\\n' ORDER BY id), 'UTF8')), 'hex') AS sha256
       FROM ${table} t`,
    );
    const [found] = rows;
    if (!found) throw new Error(`${table} could not be counted`);
    digests.push({ table, ...found });
  }
  return digests;
}
