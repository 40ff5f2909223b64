import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { agentProgram } from '../../lib/commands/agent.ts';
import { EXIT } from '../../lib/commands/exit-codes.ts';
import { type Io, main } from '../../lib/commands/main.ts';
import { openStore } from '../../lib/stores/open.ts';
import { logicalRun } from '../support/logical-source.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
let common: string[];

beforeAll(async () => {
  folder = await tempFolder('load');
  const url = pathToFileURL(join(folder.path, 'store')).href;
  const store = await openStore(url);
  await store.close();
  const config = join(folder.path, 'plan.json');
  await writeFile(config, JSON.stringify(logicalRun(store, 15).compiled));
  common = ['--config', config, '--store', url];
});
afterAll(() => folder.remove());

async function tidemark(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = {
    ...{ stdout, stderr, env: { PGUSER: 'x', PGPASSWORD: 'x' }, exitCode: EXIT.ok },
    ...{ now: () => new Date(), signal: new AbortController().signal },
  } as unknown as Io;
  const code = await main(agentProgram(io), [...args, ...common], io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

test.each([
  [['--by', 'merge'], '--by is for a table; add --table'],
  [['--table', 'a', '--replace'], 'of a table, --by says what happens'],
  [['--table', 'a', '--into', 'b'], 'a table comes back under its own name'],
  [['--old', 'drop'], 'add --replace'],
  [['--table', 'a b'], 'write the schema and the table as in SQL'],
  [['--jobs', '0'], 'write a number from 1 to 99'],
  [['--globals', '--table', 'a'], "option '--globals' cannot be used with option '--table <name>'"],
  [['--scale'], '--scale needs workloads in the plan'],
])('refuses %j', async (args, message) => {
  const refused = await tidemark('load', ...args);
  expect(refused).toMatchObject({ code: EXIT.input, stdout: '' });
  expect(refused.stderr).toContain(message);
});
