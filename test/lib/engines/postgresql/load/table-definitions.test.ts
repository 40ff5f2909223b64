import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDefinitions } from '../../../../../lib/engines/postgresql/load/table-definitions.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

test('definitions come in the encoding in which they are read, whatever the encoding of the database', async () => {
  const folder = await tempFolder('definitions');
  // Without being told, pg_dump writes in the encoding of the database.
  const program = join(folder.path, 'pg_dump');
  const script = `#!/bin/sh
case "$*" in
  *--encoding=UTF8*) printf "SET client_encoding = 'UTF8';\\nSELECT 'f\\303\\274r';\\n" ;;
  *) printf "SET client_encoding = 'LATIN1';\\nSELECT 'f\\374r';\\n" ;;
esac`;
  await writeFile(program, script, { mode: 0o755 });
  const { before, after } = await readDefinitions({
    address: {
      host: 'localhost',
      port: 5432,
      database: 'shop',
      user: 'shop',
      password: 'secret',
      tls: 'disable',
    },
    tables: [{ schema: 'public', name: 'orders' }],
    program,
    args: [],
    signal: new AbortController().signal,
  });
  expect([...before, ...after]).toEqual([
    "SET client_encoding = 'UTF8'",
    "SELECT 'für'",
    "SET client_encoding = 'UTF8'",
    "SELECT 'für'",
  ]);
  await folder.remove();
});
