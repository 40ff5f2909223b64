import { type Command, InvalidArgumentError, Option } from 'commander';
import { OLD_DATABASE, type OldDatabase } from '../engines/postgresql/load/load-database.ts';
import { TABLE_WAYS, type TableWay } from '../engines/postgresql/load/load-table.ts';
import type { QualifiedName } from '../engines/postgresql/load/sql-statements.ts';
import { InputError } from './input-error.ts';
import type { ManifestOptions } from './manifest-options.ts';
import { parseMoment, parseTable } from './options.ts';
import type { SourceOptions } from './plan-input.ts';
import type { ThawOptions } from './thaw-options.ts';

export interface LoadCommandOptions extends SourceOptions, ThawOptions, ManifestOptions {
  database?: string;
  into?: string;
  table?: QualifiedName;
  by?: TableWay;
  globals?: boolean;
  to?: Date | 'latest';
  backup?: string;
  replace?: boolean;
  old?: OldDatabase;
  confirm?: string;
  owner: boolean;
  privileges: boolean;
  tablespaces: boolean;
  jobs?: number;
  scratch?: string;
  scale?: boolean;
  binDir?: string;
  json?: boolean;
}

/** What is loaded, out of which backup, and what becomes of what is there. */
export function withLoadOptions(command: Command): Command {
  return command
    .option('--database <name>', "as it is called in the backup; default: the plan's")
    .option('--into <name>', 'what it shall be called on the server; default: the same')
    .addOption(
      new Option(
        '--table <name>',
        'only this table, such as public.orders; makes it if it is gone',
      ).argParser(parseTable),
    )
    .addOption(
      new Option(
        '--by <way>',
        'of a table that is there: swap it with one made anew, replace its rows, or merge in those that are missing',
      ).choices(TABLE_WAYS),
    )
    .addOption(
      new Option('--globals', 'only the roles that the server lacks').conflicts([
        'table',
        'into',
        'replace',
        'to',
      ]),
    )
    .option('--backup <id>', 'default: the newest logical backup that holds what is wanted')
    .addOption(
      new Option(
        '--to <moment>',
        "'latest' or a moment with its offset from UTC, out of the base backups and the WAL",
      ).argParser(parseMoment),
    )
    .option('--replace', 'replace a database that holds data')
    .addOption(
      new Option(
        '--old <what>',
        'of the replaced database: keep it under another name (default), drop it at the end, or drop-first where there is no room for both',
      ).choices(OLD_DATABASE),
    )
    .option('--confirm <name>', 'the name of what is replaced, where nobody can be asked for it')
    .option('--no-owner', 'everything belongs to the role that loads')
    .option('--no-privileges', 'without what was granted')
    .option('--no-tablespaces', "everything in the server's own tablespace")
    .option('--jobs <number>', 'connections that load at the same time; default: 2', parseJobs)
    .option('--scratch <directory>', 'with room for the archive; default: the temporary folder')
    .option('--scale', "in a cluster: the plan's workloads are scaled down meanwhile")
    .option('--bin-dir <directory>', "PostgreSQL's programs of the server's major version");
}

/** @throws InputError */
export function refuseContradictions({ old, replace, table, by, into }: LoadCommandOptions): void {
  if (old !== undefined && !replace) {
    throw new InputError('--old says what becomes of a database that is replaced; add --replace');
  }
  if (by !== undefined && !table) throw new InputError('--by is for a table; add --table');
  if (table && replace) {
    throw new InputError('--replace is for a whole database; of a table, --by says what happens');
  }
  if (table && into !== undefined) {
    throw new InputError('--into is for a whole database; a table comes back under its own name');
  }
}

/**
 * The name of what a load replaces if it is there and holds data; undefined where nothing can be.
 * @param database of the plan
 */
export function replaced(options: LoadCommandOptions, database: string): string | undefined {
  const { table, by, replace, into } = options;
  if (table) return by === 'merge' ? undefined : `${table.schema}.${table.name}`;
  return replace ? (into ?? options.database ?? database) : undefined;
}

function parseJobs(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('write a number from 1 to 99');
  return Number(text);
}
