import { Command } from 'commander';
import { agentOf } from '../engines/agents.ts';
import type { DerivedSource } from '../plan/compiled.ts';
import { drillText } from '../report/drill.ts';
import {
  checkDrillChoice,
  type DrillChoice,
  drillExpectations,
  drillTarget,
} from './drill-options.ts';
import { type EvidenceOptions, openEvidence, withEvidence } from './evidence.ts';
import { EXIT } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import {
  type JobManifests,
  type JobRequest,
  type ManifestOptions,
  printJob,
  withManifest,
} from './manifest-options.ts';
import { parseLabel, parseMoment, withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';
import { reporter } from './reporter.ts';
import { scratchSize } from './scratch-size.ts';

interface DrillCommandOptions extends SourceOptions, EvidenceOptions, DrillChoice, ManifestOptions {
  scratch?: string;
  amcheck?: boolean;
  binDir?: string;
  json?: boolean;
}

/** @param jobs what makes Jobs; absent in the program of the containers */
export function drillCommand(io: Io, jobs?: JobManifests): Command {
  const command = withEvidence(withStore(new Command('drill')))
    .description('restore into a scratch directory, look at the data, and measure')
    .option(
      '--scratch <directory>',
      'where the drill makes a folder for the data, and removes it again',
    )
    .option(
      '--to <moment>',
      "'latest' (default), or a moment with its offset from UTC",
      parseMoment,
    )
    .option(
      '--backup <id>',
      'the state of one backup alone, without the log behind it; a dump is loaded',
    )
    .option('--label <label>', 'the same of the newest backup with this label', parseLabel)
    .option('--dump', 'the newest dump, of a source that has base backups beside it')
    .option(
      '--query <text>',
      "SQL in the plan's database, or a command of Redis, beside those of the plan; may be repeated",
      repeated,
    )
    .option('--expect <value>', 'its answer, in the order of the queries; default: true', repeated)
    .option('--amcheck', "also compare indexes with their tables, by PostgreSQL's amcheck")
    .option('--bin-dir <directory>', "the server's programs, of its major version");
  return withManifest(command, ['scratch'])
    .option('--json', 'print the run record as JSON')
    .addHelpText(
      'after',
      `
Every byte is checked, the log is replayed, a server is started on what came back, and every row
of every table or every key is read. What was found and how long it took is written as a run record, also when
the drill fails, and with --evidence into a second store. The server listens on no address; it and
the data are removed in any case.

With --manifest nothing is restored here: a Job is printed, with a volume of its own that is as
large as the newest backup needs.

Examples:
  $ tidemark drill --plan insightdesk --env production --scratch /restore
  $ tidemark drill --plan insightdesk --env production --scratch /restore \\
      --query "SELECT count(*) > 1000 FROM tickets"
  $ tidemark drill --plan insightdesk --env production --scratch /restore \\
      --evidence "s3://<bucket>-evidence?region=us-east-1"
  $ tidemark drill --plan insightdesk --env production --manifest | kubectl apply --filename -
Exit code 3 when the drill failed, 1 when it could not begin.`,
    )
    .action(async (options: DrillCommandOptions, command: Command) => {
      checkDrillChoice(options);
      const { scratch } = options;
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      if (options.manifest) {
        const size = await scratchSize(io, options, compiled, source);
        const make = (made: JobManifests, request: JobRequest) => made.drill({ ...request, size });
        return printJob(io, command, jobs, { compiled, source }, make);
      }
      if (scratch === undefined) {
        throw new InputError('say where with --scratch, or print a Job with --manifest');
      }
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      const evidence = await openEvidence(options, compiled);
      try {
        const run = { store, compiled, source, signal: io.signal, now: io.now, report };
        const drill = await agentOf(run).drill(run, {
          scratch,
          target: await drillTarget(options, store, source.name),
          expectations: drillExpectations(options, source),
          amcheck: options.amcheck ?? plannedAmcheck(source),
          ...(options.binDir === undefined ? {} : { binDir: options.binDir }),
        });
        end();
        if (drill.outcome === 'failed') io.exitCode = EXIT.unhealthy;
        io.stdout.write(
          options.json
            ? `${JSON.stringify(drill, null, 2)}\n`
            : `${drillText(drill, source.objectives)}\n`,
        );
        await evidence.keep(drill);
      } finally {
        end();
        await Promise.all([store.close(), evidence.close()]);
      }
    });
}

const repeated = (value: string, values: string[] = []): string[] => [...values, value];

const plannedAmcheck = ({ engine, settings }: DerivedSource): boolean =>
  engine === 'postgresql' && settings.drill?.amcheck === true;
