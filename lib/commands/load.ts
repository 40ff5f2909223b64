import { Command, InvalidArgumentError, Option } from 'commander';
import { ThawPendingError } from '../catalog/errors.ts';
import { serverAddress } from '../engines/postgresql/address.ts';
import { loadPostgresql } from '../engines/postgresql/load/load.ts';
import { OLD_DATABASE, type OldDatabase } from '../engines/postgresql/load/load-database.ts';
import { loadRoles } from '../engines/postgresql/load/load-roles.ts';
import { TABLE_WAYS, type TableWay } from '../engines/postgresql/load/load-table.ts';
import type { QualifiedName } from '../engines/postgresql/load/sql-statements.ts';
import { loadText, rolesText } from '../report/load.ts';
import { commandLine } from './command-line.ts';
import { confirmation } from './confirm.ts';
import { EXIT } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { parseMoment, parseTable, withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOfEngine } from './plan-input.ts';
import { reporter } from './reporter.ts';
import { scaling } from './scaling.ts';
import { type ThawOptions, thawOrder, withThaw } from './thaw-options.ts';

interface LoadCommandOptions extends SourceOptions, ThawOptions {
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

export function loadCommand(io: Io): Command {
  const command = withStore(new Command('load'))
    .description('bring a database, a table or the roles back into a running PostgreSQL server')
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
  return withThaw(command)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
The server is reached as PGUSER with PGPASSWORD; PGHOST, PGPORT, PGSSLMODE go before the plan. Every
byte is checked before anything of it is used. The database is loaded beside the one that is there,
its rows are counted and compared with the backup's, and only then the two change names, in one
transaction that ends the sessions of the old one. Until then it goes on as it was.

A table that is there comes back by swap (default): made anew, with its indexes, keys, views and
rights, while the old one moves to a schema of its own; by replace: exactly the rows of the backup,
while others read on; or by merge: only what is missing.

Examples:
  $ tidemark load --plan insightdesk --env production --into shop_yesterday
  $ tidemark load --plan insightdesk --env production --replace --confirm insightdesk
  $ tidemark load --plan insightdesk --env production --backup 20261121T020000Z-logical-9f86d081 --replace --old drop
  $ tidemark load --plan insightdesk --env production --table public.tickets --by merge
  $ tidemark load --plan insightdesk --env production --table public.tickets --to 2026-11-21T02:00:00Z --scratch /restore
  $ tidemark load --plan insightdesk --env production --globals`,
    )
    .action(async (options: LoadCommandOptions, command: Command) => {
      const compiled = await compiledPlan(options);
      const source = sourceOfEngine(compiled, options.source, 'postgresql');
      refuseContradictions(options);
      const address = await serverAddress(source, io.env);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      const print = (result: unknown, text: () => string) => {
        end();
        io.stdout.write(`${options.json ? JSON.stringify(result, null, 2) : text()}\n`);
      };
      const run = { store, compiled, source, signal: io.signal, now: io.now, report };
      try {
        const { backup, scratch } = options;
        const thaw = thawOrder(options, io);
        if (options.globals) {
          const roles = await loadRoles(run, { address, backup, scratch, thaw });
          print(roles, () => rolesText(roles));
          return;
        }
        const result = await loadPostgresql(run, {
          address,
          database: options.database ?? source.settings.server.database,
          into: options.into,
          table: options.table && { ...options.table, by: options.by ?? 'swap' },
          backup,
          to: options.to,
          replace: options.replace ? (options.old ?? 'keep') : undefined,
          jobs: options.jobs,
          scratch,
          binDir: options.binDir,
          confirm: confirmation(io, options.confirm),
          noOwner: !options.owner,
          noPrivileges: !options.privileges,
          noTablespaces: !options.tablespaces,
          thaw,
          alone: options.scale ? scaling(run) : undefined,
        });
        print(result, () => loadText(result));
      } catch (error) {
        if (!(error instanceof ThawPendingError)) throw error;
        io.exitCode = EXIT.archived;
        const resume = commandLine(command);
        print(
          { thaw: error.thaw, resume },
          () => `nothing was loaded yet; go on when the thaw has ended with\n  ${resume}`,
        );
      } finally {
        end();
        await store.close();
      }
    });
}

function refuseContradictions({ old, replace, table, by, into }: LoadCommandOptions): void {
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

function parseJobs(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('write a number from 1 to 99');
  return Number(text);
}
