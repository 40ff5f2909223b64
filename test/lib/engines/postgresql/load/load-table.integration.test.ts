import type { LoadOptions } from '../../../../../lib/engines/postgresql/load/load.ts';
import type { TableWay } from '../../../../../lib/engines/postgresql/load/load-table.ts';
import { dumpInto } from './dumped.ts';
import { type Loading, startLoading } from './loading.ts';
import { DATABASE, digests, inDatabase } from './sample-database.ts';

const CUSTOMERS = { schema: 'public', name: 'customers' };
const LINES = { schema: 's p', name: 'order.lines' };
const KEY = `"Shop ""ü""".public.customers`;
const QUOTED_LINES = '"s p"."order.lines"';

describe.each([15, 18] as const)('a table of PostgreSQL %i', (version) => {
  let loading: Loading;
  let before: Record<string, string>;
  let definitions: string;

  beforeAll(async () => {
    loading = await startLoading(version, 5000);
    await inDatabase(
      loading.server,
      DATABASE,
      `CREATE STATISTICS names (dependencies) ON name, feels FROM customers;
       CREATE VIEW happier WITH (security_barrier=true) AS SELECT * FROM happy WHERE id > 5;
       ALTER TABLE customers REPLICA IDENTITY FULL;
       ALTER TABLE customers ALTER COLUMN name SET STATISTICS 500, SET (fillfactor = 70);
       CREATE TRIGGER renamed BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
       ALTER TABLE customers DISABLE TRIGGER renamed`,
    );
    await dumpInto(loading.store, loading.server, [DATABASE]);
    before = await digests(loading.server, DATABASE);
    definitions = await loading.definitions(DATABASE);
  });
  afterAll(() => loading?.dispose());

  /** Every test leaves the database as it was backed up, with every definition. */
  afterEach(async () => {
    expect(await loading.leftovers()).toEqual([]);
    await sql(
      (
        await sql(
          `SELECT format('DROP SCHEMA %I CASCADE;', nspname) AS drop FROM pg_namespace WHERE nspname ~ '^before_'`,
        )
      )
        .map(({ drop }) => drop)
        .join(''),
    );
    expect(await digests(loading.server, DATABASE)).toEqual(before);
    expect(await loading.definitions(DATABASE)).toBe(definitions);
  });

  const sql = (text: string) => inDatabase(loading.server, DATABASE, text);
  const table = (name: { schema: string; name: string }, by: TableWay): Partial<LoadOptions> => ({
    table: { ...name, by },
  });

  test.each(['replace', 'swap'] as const)('comes back by %s as it was backed up', async (by) => {
    await sql(`UPDATE customers SET name = 'wrong' WHERE id < 300`);
    await sql('INSERT INTO customers (name) SELECT i::text FROM generate_series(1, 50) i');
    const confirm = jest.fn(async () => {});
    const result = await loading.load({ ...table(CUSTOMERS, by), confirm });
    expect(confirm.mock.calls).toEqual([['public.customers']]);
    expect(result.rows).toEqual({ [KEY]: { before: 1050, backup: 1000, after: 1000 } });
    if (by === 'swap') {
      const [kept] = await sql(`SELECT count(*)::int FROM ${result.kept}`);
      expect(kept).toEqual({ count: 1050 });
    } else {
      expect(result.kept).toBeNull();
    }
    // Views show what came back, and numbers that were given are not given again.
    expect(await sql('SELECT count(*)::int FROM happier')).toEqual([{ count: 331 }]);
    expect(await sql(`INSERT INTO customers (name) VALUES ('next') RETURNING id`)).toEqual([
      { id: '1051' },
    ]);
    await sql(`DELETE FROM customers WHERE name = 'next';
      SELECT setval('customers_id_seq', 1000)`);
  });

  test('that lost rows gets them back by merge, and keeps what is there', async () => {
    await sql(`SET session_replication_role = replica; DELETE FROM customers WHERE id > 900`);
    await sql(`INSERT INTO customers (id, name) VALUES (2000, 'new')`);
    await sql(`UPDATE customers SET feels = 'sad' WHERE id = 1`);
    const result = await loading.load(table(CUSTOMERS, 'merge'));
    expect(result.rows).toEqual({ [KEY]: { before: 901, backup: 1000, after: 1001 } });
    expect(await sql('SELECT feels FROM customers WHERE id IN (1, 2000) ORDER BY id')).toEqual([
      { feels: 'sad' },
      { feels: 'ok' },
    ]);
    await sql(`UPDATE customers SET feels = 'ok' WHERE id = 1; DELETE FROM customers WHERE id = 2000;
      SELECT setval('customers_id_seq', 1000)`);
  });

  test('that is gone comes back with everything that belongs to it', async () => {
    await sql(`DROP TABLE ${QUOTED_LINES} CASCADE`);
    const result = await loading.load(table(LINES, 'swap'));
    expect(Object.values(result.rows)).toEqual([{ before: null, backup: 5000, after: 5000 }]);
    expect(await sql(`SELECT last_value FROM "s p"."order.lines_id_seq"`)).toEqual([
      { last_value: '5000' },
    ]);
    // What depended on it went with it, and is not part of it.
    await sql(
      `CREATE MATERIALIZED VIEW totals AS SELECT customer, sum(amount) FROM ${QUOTED_LINES} GROUP BY 1`,
    );
  });

  test('with partitions gets the rows of all of them back, and those that are gone too', async () => {
    const measured = { schema: 'public', name: 'measured' };
    await sql('DELETE FROM measured_2025');
    const result = await loading.load(table(measured, 'replace'));
    expect(Object.values(result.rows)).toMatchObject([{ backup: 2000, after: 2000 }]);
    await sql('DROP TABLE measured');
    await loading.load(table(measured, 'replace'));
  });

  test.each([
    [
      'replace',
      /1 rows of "s p"."order.lines" would refer to rows of public.customers that are not there/,
    ],
    ['swap', /violates foreign key constraint "order.lines_customer_fkey"/],
  ] as const)(
    'is not replaced by %s where rows would be orphaned, and no cascade deletes them',
    async (by, message) => {
      await sql(`INSERT INTO customers (id, name) VALUES (5000, 'later');
        INSERT INTO ${QUOTED_LINES} (id, customer) VALUES (9000, 5000)`);
      const now = await digests(loading.server, DATABASE);
      await expect(loading.load(table(CUSTOMERS, by))).rejects.toThrow(message);
      expect(await digests(loading.server, DATABASE)).toEqual(now);
      await sql(
        `DELETE FROM ${QUOTED_LINES} WHERE id = 9000; DELETE FROM customers WHERE id = 5000`,
      );
    },
  );

  test.each([
    [
      'a table that is not in the backup',
      { schema: 'public', name: 'nothing' },
      'swap',
      /holds no rows of public.nothing/,
    ],
    ['a view', { schema: 'public', name: 'happy' }, 'swap', /holds no rows of public.happy/],
    [
      'a table of which a materialized view is made',
      LINES,
      'swap',
      /is used by totals|is used by public.totals/,
    ],
    [
      'a partitioned table by swap',
      { schema: 'public', name: 'measured' },
      'swap',
      /is partitioned/,
    ],
    [
      'a table without a key by merge',
      { schema: 'public', name: 'empty' },
      'merge',
      /no primary key and no unique index/,
    ],
  ] as const)('is refused: %s', async (_, name, by, message) => {
    await expect(loading.load(table(name, by))).rejects.toThrow(message);
  });

  test('whose name was not confirmed stays as it is', async () => {
    const confirm = async () => {
      throw new Error('not confirmed');
    };
    await expect(loading.load({ ...table(CUSTOMERS, 'swap'), confirm })).rejects.toThrow(
      'not confirmed',
    );
  });
});
