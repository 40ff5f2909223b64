import { readTableData } from '../../../../../lib/engines/postgresql/load/table-data.ts';

const SCRIPT = `SET client_encoding = 'LATIN1';

COPY public.orders (id, "a ""b""") FROM stdin;
1\t\\\\.
2\tCOPY public.x (a) FROM stdin;
\\.


COPY "s p"."t.1" (id) FROM stdin;
\\.

-- done
`;

async function read(size: number) {
  async function* pieces() {
    const bytes = Buffer.from(SCRIPT);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found = [];
  for await (const { rows, ...data } of readTableData(pieces())) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of rows) chunks.push(Buffer.from(chunk));
    found.push({ ...data, rows: Buffer.concat(chunks).toString() });
  }
  return found;
}

test.each([1, 2, 3, 5, 64, 10_000])('rows in pieces of %i bytes', async (size) => {
  expect(await read(size)).toEqual([
    {
      table: { schema: 'public', name: 'orders' },
      columns: ['id', 'a "b"'],
      encoding: 'LATIN1',
      rows: '1\t\\\\.\n2\tCOPY public.x (a) FROM stdin;\n',
    },
    { table: { schema: 's p', name: 't.1' }, columns: ['id'], encoding: 'LATIN1', rows: '' },
  ]);
});

test('rows that do not end are refused', async () => {
  async function* cut() {
    yield Buffer.from('COPY a.b (c) FROM stdin;\n1\n2\n');
  }
  await expect(async () => {
    for await (const { rows } of readTableData(cut())) for await (const _ of rows);
  }).rejects.toThrow('the rows of a table do not end');
});
