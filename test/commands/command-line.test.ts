import { Command } from 'commander';
import { commandLine } from '../../lib/commands/command-line.ts';
import { parseMoment, parsePosition, parseTable } from '../../lib/commands/options.ts';

function lineOf(...argv: string[]): string {
  let line = '';
  const restore = new Command('restore')
    .option('--target <directory>')
    .option('--to <moment>', '', parseMoment, 'latest')
    .option('--to-lsn <position>', '', parsePosition)
    .option('--days <days>', '', Number, 7)
    .option('--table <name>', '', parseTable)
    .option('--query <text>', '', (text: string, all: string[] = []) => [...all, text])
    .option('--no-owner')
    .option('--json')
    .action((_options, command: Command) => {
      line = commandLine(command);
    });
  new Command('tidemark').addCommand(restore).parse(['restore', ...argv], { from: 'user' });
  return line;
}

test.each([
  [['--target', '/data'], 'tidemark restore --target /data'],
  [['--json', '--days', '3'], 'tidemark restore --days 3 --json'],
  [['--to', '2026-11-21 03:00:00+01:00'], 'tidemark restore --to 2026-11-21T02:00:00.000Z'],
  [['--to-lsn', '0016/b374d848'], 'tidemark restore --to-lsn 16/B374D848'],
  [['--target', "/mnt/anna's $disk"], `tidemark restore --target '/mnt/anna'\\''s $disk'`],
  [['--table', 'orders'], 'tidemark restore --table public.orders'],
  [['--table', '"My Schema".a'], `tidemark restore --table '"My Schema".a'`],
  [['--query', 'SELECT 1', '--query', 'PING'], "tidemark restore --query 'SELECT 1' --query PING"],
  [['--no-owner'], 'tidemark restore --no-owner'],
])('%j again', (argv, line) => {
  expect(lineOf(...argv)).toBe(line);
});
