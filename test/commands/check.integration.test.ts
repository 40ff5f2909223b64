import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startCli } from '../support/cli.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;

const start = (...args: string[]) => startCli(['check', ...args], { cwd: folder.path });

beforeAll(async () => {
  folder = await tempFolder('check');
  await writeFile(
    join(folder.path, 'wrong.ts'),
    `export default {
       name: 'Shop', regions: { primary: 'eu-central-1', replica: 'eu-west-1' }, objectives: { rpo: '9h', rto: '1h' },
       kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/acme/agent' },
       environments: { staging: { account: '111111111111' }, demo: { account: '222222222222', retention: { database: '1h' } } },
       sources: { database: { engine: 'postgresql', server: { service: 'postgres.shop', database: 'shop', credentials: 'shop', version: '18' },
         protect: [{ kind: 'full', every: '6h' }] } } };`,
  );
});

afterAll(() => folder.remove());

test('a wrong form is told once, and about each environment what is wrong there', async () => {
  const { code, stdout } = await start('./wrong.ts').result;
  expect(code).toBe(2);
  expect(stdout.match(/TM006 {2}name\n/g)).toHaveLength(1);
  expect(stdout).toMatch(/^\.\/wrong\.ts \/ demo: .*; those about the form are above$/m);
  expect(stdout).not.toContain('TM011');
});

test('two plans are one too many', async () => {
  const { code, stderr } = await start('quickstart', '--plan', 'insightdesk').result;
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: two plans are named, quickstart and insightdesk; name one\n',
  });
});

test('a reader that stops reading is no failure', async () => {
  const { child, result } = start('quickstart');
  child.stdout?.destroy();
  expect(await result).toMatchObject({ code: 0, stderr: '' });
});
