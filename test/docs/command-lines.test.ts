import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { processIo } from '../../lib/commands/main.ts';
import { program } from '../../lib/commands/program.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

interface Line {
  readonly page: string;
  readonly text: string;
}

/** Command lines of ours in the code blocks of every page; a line that ends with a backslash goes on. */
function commandLines(page: string): Line[] {
  const blocks = readFileSync(join(ROOT, page), 'utf8').matchAll(/^ *```\w*\n(.*?)^ *```$/gms);
  return [...blocks].flatMap(([, block = '']) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .map((line) => /^\s*(?:\$ )?(?:npx )?tidemark ([a-z].*)$/.exec(line)?.[1] ?? '')
      .filter((text) => text !== '')
      .map((text) => ({ page, text })),
  );
}

/** As a shell reads it, without variables: quotes hold words together, and what follows a `#`, `>` or `|` is not ours. */
function words(text: string): string[] {
  const [own = ''] = text.split(/\s[#>|&]/);
  return [...own.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  );
}

const io = processIo();
const command = (name: string): Command | undefined =>
  program(io)
    .commands.find((one) => one.name() === name)
    ?.exitOverride();

const lines = PAGES.flatMap(commandLines);

test('the pages name every command', () => {
  const named = new Set(lines.map(({ text }) => words(text)[0]));
  expect([...named]).toEqual(
    expect.arrayContaining(['audit', 'check', 'drill', 'list', 'restore']),
  );
});

test.each(lines)('$page: tidemark $text', ({ text }) => {
  const [name = '', ...rest] = words(text);
  const { unknown } = command(name)?.parseOptions(rest) ?? { unknown: [name] };
  expect(unknown).toEqual([]);
});
