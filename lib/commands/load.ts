import { Command, InvalidArgumentError, Option } from 'commander';
import { ThawPendingError } from '../catalog/errors.ts';
import { serverAddress } from '../engines/postgresql/address.ts';
import { loadPostgresql } from '../engines/postgresql/load/load.ts';
import { OLD_DATABASE, type OldDatabase } from '../engines/postgresql/load/load-database.ts';
import { loadText } from '../report/load.ts';
import { commandLine } from './command-line.ts';
import { confirmation } from './confirm.ts';
import { EXIT } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOfEngine } from './plan-input.ts';
import { reporter } from './reporter.ts';
import { type ThawOptions, thawOrder, withThaw } from './thaw-options.ts';

interface LoadCommandOptions extends SourceOptions, ThawOptions {
  database?: string;
  into?: string;
  backup?: string;
  replace?: boolean;
  old?: OldDatabase;
  confirm?: string;
  owner: boolean;
  privileges: boolean;
  tablespaces: boolean;
  jobs?: number;
  scratch?: string;
  binDir?: string;
  json?: boolean;
}

export function loadCommand(io: Io): Command {
  const command = withStore(new Command('load'))
    .description('bring a database of a logical backup back into a running PostgreSQL server')
    .option('--database <name>', "as it is called in the backup; default: the plan's")
    .option('--into <name>', 'what it shall be called on the server; default: the same')
    .option('--backup <id>', 'default: the newest logical backup that holds the database')
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

Examples:
  $ tidemark load --plan insightdesk --env production --into shop_yesterday
  $ tidemark load --plan insightdesk --env production --replace --confirm insightdesk
  $ tidemark load --plan insightdesk --env production --backup 20261121T020000Z-logical-9f86d081 --replace --old drop`,
    )
    .action(async (options: LoadCommandOptions, command: Command) => {
      const compiled = await compiledPlan(options);
      const source = sourceOfEngine(compiled, options.source, 'postgresql');
      if (options.old !== undefined && !options.replace) {
        throw new InputError(
          '--old says what becomes of a database that is replaced; add --replace',
        );
      }
      const address = await serverAddress(source, io.env);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      try {
        const result = await loadPostgresql(
          { store, compiled, source, signal: io.signal, now: io.now, report },
          {
            address,
            database: options.database ?? source.settings.server.database,
            into: options.into,
            backup: options.backup,
            replace: options.replace ? (options.old ?? 'keep') : undefined,
            jobs: options.jobs,
            scratch: options.scratch,
            binDir: options.binDir,
            confirm: confirmation(io, options.confirm),
            noOwner: !options.owner,
            noPrivileges: !options.privileges,
            noTablespaces: !options.tablespaces,
            thaw: thawOrder(options, io),
          },
        );
        end();
        io.stdout.write(
          options.json ? `${JSON.stringify(result, null, 2)}\n` : `${loadText(result)}\n`,
        );
      } catch (error) {
        if (!(error instanceof ThawPendingError)) throw error;
        io.exitCode = EXIT.archived;
        const resume = commandLine(command);
        io.stdout.write(
          options.json
            ? `${JSON.stringify({ thaw: error.thaw, resume }, null, 2)}\n`
            : `nothing was loaded yet; go on when the thaw has ended with\n  ${resume}\n`,
        );
      } finally {
        end();
        await store.close();
      }
    });
}

function parseJobs(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('write a number from 1 to 99');
  return Number(text);
}
