import type pg from 'pg';

const BOOLEAN_OID = 16;

/** The first column of the first row, as text; null if there is no row, or a null in it. */
export async function ask(client: pg.Client, query: string): Promise<string | null> {
  // `extended` refuses several statements; the client's types do not know it yet.
  const question: pg.QueryArrayConfig & { queryMode: 'extended' } = {
    text: query,
    rowMode: 'array',
    queryMode: 'extended',
    // As the server writes it, which is what a person sees in psql.
    types: { getTypeParser: (oid: number) => (oid === BOOLEAN_OID ? readBoolean : asIs) },
  };
  const { rows } = await client.query<(string | null)[]>(question);
  return rows[0]?.[0] ?? null;
}

const asIs = (text: string): string => text;
const readBoolean = (text: string): string => (text === 't' ? 'true' : 'false');
