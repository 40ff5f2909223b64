import { Command } from 'commander';
import { ThawPendingError } from '../catalog/errors.ts';
import { serverAddress } from '../engines/postgresql/address.ts';
import { loadPostgresql } from '../engines/postgresql/load/load.ts';
import { loadRoles } from '../engines/postgresql/load/load-roles.ts';
import { loadText, rolesText } from '../report/load.ts';
import { commandLine } from './command-line.ts';
import { confirmation } from './confirm.ts';
import { EXIT } from './exit-codes.ts';
import {
  type LoadCommandOptions,
  refuseContradictions,
  replaced,
  withLoadOptions,
} from './load-options.ts';
import type { Io } from './main.ts';
import { type JobManifests, type JobRequest, printJob, withManifest } from './manifest-options.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, sourceOfEngine } from './plan-input.ts';
import { reporter } from './reporter.ts';
import { scaling } from './scaling.ts';
import { scratchSize } from './scratch-size.ts';
import { thawOrder, withThaw } from './thaw-options.ts';

/** @param jobs what makes Jobs; absent in the program of the containers */
export function loadCommand(io: Io, jobs?: JobManifests): Command {
  const command = withLoadOptions(
    withStore(new Command('load')).description(
      'bring a database, a table or the roles back into a running PostgreSQL server',
    ),
  );
  return withManifest(withThaw(command), ['scratch'])
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
  $ tidemark load --plan insightdesk --env production --globals
  $ tidemark load --plan ./shop.ts --env production --table public.items --by merge --manifest | kubectl apply --filename -`,
    )
    .action(async (options: LoadCommandOptions, command: Command) => {
      const compiled = await compiledPlan(options);
      const source = sourceOfEngine(compiled, options.source, 'postgresql');
      refuseContradictions(options);
      if (options.manifest) {
        const name = replaced(options, source.settings.server.database);
        if (name !== undefined) await confirmation({}, options.confirm)(name);
        const { to } = options;
        const recovered = to && (await scratchSize(io, { ...options, to }, compiled, source));
        const make = (made: JobManifests, request: JobRequest) =>
          made.load({ ...request, recovered });
        return printJob(io, command, jobs, { compiled, source }, make);
      }
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
