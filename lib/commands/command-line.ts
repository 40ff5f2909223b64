import type { Command } from 'commander';
import type { QualifiedName } from '../engines/postgresql/load/sql-statements.ts';
import { displayName } from '../engines/postgresql/logical/identifier.ts';
import { formatLsn } from '../engines/postgresql/lsn.ts';

/** The command as it was given, for a person who wants to run it again. Defaults and variables are not written out. */
export const commandLine = (command: Command): string =>
  shellLine(['tidemark', command.name(), ...givenOptions(command)]);

/** Words as a POSIX shell reads them again. */
export const shellLine = (words: readonly string[]): string => words.map(quoted).join(' ');

/**
 * The options that were given, each followed by its value.
 * @param without long flags of options to leave out
 */
export function givenOptions(command: Command, without: readonly string[] = []): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    const flag = option.long ?? option.short ?? '';
    if (command.getOptionValueSource(name) !== 'cli' || without.includes(flag)) return [];
    const value: unknown = command.getOptionValue(name);
    // `--no-owner` beside `--owner` would be an option of the same name.
    if (typeof value === 'boolean') return value === !option.negate ? [flag] : [];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [flag, textOf(one)]);
  });
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  // The only numbers of this type are positions in the WAL.
  if (typeof value === 'bigint') return formatLsn(value);
  return isTable(value) ? `${displayName(value.schema)}.${displayName(value.name)}` : String(value);
}

const isTable = (value: unknown): value is QualifiedName =>
  typeof value === 'object' && value !== null && 'schema' in value && 'name' in value;

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
