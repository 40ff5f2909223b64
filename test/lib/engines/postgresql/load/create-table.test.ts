import pg from 'pg';
import { createTable } from '../../../../../lib/engines/postgresql/load/create-table.ts';

const TABLE = { schema: 'public', name: 'events' };
const ARCHIVED = { table: TABLE, all: [TABLE], data: [] };

/** Makes a table without rows on a server that counts one; returns what the server was told. */
async function make(expected: number | null): Promise<{ said: string[]; result: unknown }> {
  const client = new pg.Client();
  const said: string[] = [];
  jest.spyOn(client, 'query').mockImplementation((statement: unknown) => {
    said.push(String(statement));
    return Promise.resolve({ rows: /count\(\*\)/.test(String(statement)) ? [{ n: '1' }] : [] });
  });
  async function* none() {}
  const definitions = { before: [], after: [] };
  const result = await createTable(client, ARCHIVED, definitions, none(), expected).catch(
    (error: unknown) => error,
  );
  return { said, result };
}

test('a table with other rows than the backup counted is not made', async () => {
  const { said, result } = await make(2);
  expect(result).toMatchObject({
    name: 'LoadError',
    message: '"public"."events" would have 1 rows and not the 2 of the backup; verify it',
  });
  expect(said).not.toContain('COMMIT');
  expect(said.at(-1)).toBe('ROLLBACK');
});

test.each([[1], [null]])('of %s rows it is', async (expected) => {
  const { said, result } = await make(expected);
  expect(result).toBe(1);
  expect(said.at(-1)).toBe('COMMIT');
});
