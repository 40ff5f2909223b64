import pg from 'pg';
import {
  type Overwrite,
  overwriteTable,
} from '../../../../../lib/engines/postgresql/load/overwrite-table.ts';

const TABLE = { schema: 'public', name: 'events', quoted: '"public"."events"' };
const STAGED = { stage: 'pg_temp.rows', columns: '"id"', rows: 0 };

/** What a server is told to do, whose tables have a unique index and no rows. */
async function statements(how: Overwrite, partitioned: boolean): Promise<string[]> {
  const client = new pg.Client();
  const said: string[] = [];
  jest.spyOn(client, 'query').mockImplementation((statement: unknown) => {
    said.push(String(statement));
    const rows = /count\(\*\)/.test(String(statement)) ? [{ n: '0' }] : [];
    return Promise.resolve({ rows: /pg_index/.test(String(statement)) ? [{}] : rows });
  });
  const live = { ...TABLE, oid: 1, partitioned, columns: ['id'] };
  await overwriteTable(client, live, STAGED, how);
  return said.filter((statement) => /^(?:DELETE|SELECT count)/.test(statement));
}

test('rows of tables that inherit from it are neither removed nor counted: a backup has them apart', async () => {
  expect(await statements('replace', false)).toEqual([
    'SELECT count(*) AS n FROM ONLY "public"."events"',
    'DELETE FROM ONLY "public"."events"',
    'SELECT count(*) AS n FROM ONLY "public"."events"',
  ]);
  expect(await statements('merge', false)).not.toContain(
    'SELECT count(*) AS n FROM "public"."events"',
  );
});

test('rows of partitions are its own', async () => {
  expect(await statements('replace', true)).toContain('DELETE FROM "public"."events"');
});
