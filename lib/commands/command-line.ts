import type { Command } from 'commander';
import { formatLsn } from '../engines/postgresql/lsn.ts';

/** The command as it was given, for a person who wants to run it again. Defaults and variables are not written out. */
export function commandLine(command: Command): string {
  const words = command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') return [];
    const value: unknown = command.getOptionValue(name);
    const flag = option.long ?? option.short ?? '';
    if (value === true) return [flag];
    return [flag, textOf(value)];
  });
  return ['tidemark', command.name(), ...words].map(quoted).join(' ');
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  // The only numbers of this type are positions in the WAL.
  return typeof value === 'bigint' ? formatLsn(value) : String(value);
}

/** For a POSIX shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
