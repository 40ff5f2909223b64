import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import { EXIT } from '../../lib/commands/exit-codes.ts';
import { type Io, main } from '../../lib/commands/main.ts';
import { program } from '../../lib/commands/program.ts';
import { compile } from '../../lib/plan/compile.ts';
import quickstart from '../../plans/quickstart.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');

async function run(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = {
    ...{ stdout, stderr, env: {}, now: () => new Date(), exitCode: EXIT.ok },
    signal: new AbortController().signal,
  } as unknown as Io;
  const code = await main(program(io), args, io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

describe('the URL of a store that cannot be one is wrong input', () => {
  let folder: TempFolder;

  beforeAll(async () => {
    folder = await tempFolder('main');
    const { compiled } = compile(quickstart, 'development');
    await writeFile(join(folder.path, 'plan.json'), JSON.stringify(compiled));
  });

  afterAll(() => folder.remove());

  test.each([
    'list --store backups',
    'list --store s3://backups?regoin=eu-west-1',
    'list --store s3://backups/a//b',
    'status --store file://host/backups',
    'verify --store file:///nothing --evidence evidence',
    'restore --target /nowhere/data --store azure://backups',
  ])('%s', async (line) => {
    const [command = '', ...options] = line.split(' ');
    const { code, stdout, stderr } = await run(
      ...[command, '--config', join(folder.path, 'plan.json'), ...options],
    );
    expect({ code, stdout }).toEqual({ code: EXIT.input, stdout: '' });
    expect(stderr).toMatch(/^error: .*; write .*\n$/);
  });
});

test('the help names every exit code that docs/cli.md has', async () => {
  const page = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');
  const codes = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code = '']) => code);
  expect(codes).toEqual([...new Set(Object.values(EXIT))].sort((a, b) => a - b).map(String));
  const { code, stdout } = await run('--help');
  expect(code).toBe(EXIT.ok);
  const [, named = ''] = /Exit codes:([\s\S]*)/.exec(stdout) ?? [];
  expect([...named.matchAll(/(\d+) [a-z]/g)].map(([, one]) => one)).toEqual(codes);
});

describe('the help of every command', () => {
  const commands = program({} as Io).commands.map((command) => command.name());

  test.each(commands)(
    '%s has an example, fits a terminal, and shows no empty default',
    async (name) => {
      const { code, stdout } = await run(name, '--help');
      expect(code).toBe(EXIT.ok);
      expect(stdout).toMatch(/^Examples?:\n {2}\$ /m);
      expect(stdout).not.toMatch(/default: (\[\]|""|undefined)/);
      const sentences = stdout.split('\n').filter((line) => !line.startsWith('  '));
      expect(sentences.filter((line) => line.length > 110)).toEqual([]);
    },
  );
});
