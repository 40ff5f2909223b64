import type { Command } from 'commander';

/** The command as it was given, for a person who wants to run it again. Defaults and variables are not written out. */
export function commandLine(command: Command): string {
  const words = command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') return [];
    const value: unknown = command.getOptionValue(name);
    const flag = option.long ?? option.short ?? '';
    if (value === true) return [flag];
    return [flag, value instanceof Date ? value.toISOString() : String(value)];
  });
  return ['tidemark', command.name(), ...words].map(quoted).join(' ');
}

/** For a POSIX shell. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
