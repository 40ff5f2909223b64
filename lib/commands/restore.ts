import { Command } from 'commander';
import { ThawPendingError } from '../catalog/errors.ts';
import { agentOf } from '../engines/agents.ts';
import { restoreText } from '../report/restore.ts';
import { commandLine } from './command-line.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './main.ts';
import { type JobManifests, type JobRequest, printJob, withManifest } from './manifest-options.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, sourceOf } from './plan-input.ts';
import { reporter } from './reporter.ts';
import { type RestoreOptions, targetOf, wayOf, withRestoreWay } from './restore-options.ts';
import { thawOrder, withThaw } from './thaw-options.ts';

/** @param jobs what makes Jobs; absent in the program of the containers */
export function restoreCommand(io: Io, jobs?: JobManifests): Command {
  const command = withRestoreWay(
    withStore(new Command('restore'))
      .description('bring a data directory back, recovered and ready to start')
      .option('--target <directory>', 'where to put it; must be empty or not exist'),
  ).option('--bin-dir <directory>', "the server's programs, of its major version");
  return withManifest(withThaw(command), ['target'])
    .option(
      '--claim <name>',
      "with --manifest: the volume claim to restore into; default: the plan's",
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Every byte is checked against its digest before it is used. The recovery runs here, with the
server's own programs; afterwards the directory can be started as it is.

Of a backup in an archive, exactly the objects that are needed are requested, after telling what
that costs. Then it ends with exit code 5; the same command goes on later from where it was.

With --manifest nothing is restored here: a Job is printed, which restores into a volume of the
cluster, with the plan that it reads.

Examples:
  $ tidemark restore --plan insightdesk --env production --target /restore/data
  $ tidemark restore --plan insightdesk --env production --target /restore/data --to 2026-11-21T02:00:00Z
  $ tidemark restore --plan insightdesk --env production --target /restore/data --to-lsn 16/B374D848 --exclusive
  $ tidemark restore --plan insightdesk --env production --target /restore/data --to-name before-migration
  $ tidemark restore --plan insightdesk --env production --target /restore/data --backup 20260101T030000Z-full-9f86d081 --wait-for-thaw
  $ tidemark restore --plan somabrain --env production --source redis --target /restore/data --to 2026-11-21T02:00:00Z
  $ tidemark restore --plan insightdesk --env production --to 2026-11-21T02:00:00Z --manifest | kubectl apply --filename -`,
    )
    .action(async (options: RestoreOptions, command: Command) => {
      const way = wayOf(options);
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      if (options.manifest) {
        const make = (made: JobManifests, request: JobRequest) =>
          made.restore({ ...request, claim: options.claim });
        return printJob(io, command, jobs, { compiled, source }, make, ['--claim']);
      }
      const target = targetOf(options);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      try {
        const run = { store, compiled, source, signal: io.signal, now: io.now, report };
        const result = await agentOf(run).restore(run, {
          target,
          ...way,
          ...(options.binDir === undefined ? {} : { binDir: options.binDir }),
          thaw: thawOrder(options, io),
        });
        end();
        io.stdout.write(
          options.json ? `${JSON.stringify(result, null, 2)}\n` : `${restoreText(result)}\n`,
        );
      } catch (error) {
        if (!(error instanceof ThawPendingError)) throw error;
        io.exitCode = EXIT.archived;
        const resume = commandLine(command);
        io.stdout.write(
          options.json
            ? `${JSON.stringify({ thaw: error.thaw, resume }, null, 2)}\n`
            : `nothing was restored yet; go on when the thaw has ended with\n  ${resume}\n`,
        );
      } finally {
        end();
        await store.close();
      }
    });
}
