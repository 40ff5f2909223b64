import { Command, Option } from 'commander';
import { ThawPendingError } from '../catalog/errors.ts';
import { agentOf } from '../engines/agents.ts';
import type { Lsn } from '../engines/postgresql/lsn.ts';
import type { RestoreGoal, RestoreWay } from '../engines/postgresql/restore/goal.ts';
import { restoreText } from '../report/restore.ts';
import { commandLine } from './command-line.ts';
import { EXIT } from './exit-codes.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { parseMoment, parsePosition, parseTimeline, withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';
import { reporter } from './reporter.ts';
import { type ThawOptions, thawOrder, withThaw } from './thaw-options.ts';

interface RestoreOptions extends SourceOptions, ThawOptions {
  target: string;
  to: Date | 'latest';
  toLsn?: Lsn;
  toName?: string;
  exclusive?: boolean;
  timeline?: number;
  backup?: string;
  binDir?: string;
  json?: boolean;
}

export function restoreCommand(io: Io): Command {
  const command = withStore(new Command('restore'))
    .description('bring a data directory back, recovered and ready to start')
    .requiredOption('--target <directory>', 'where to put it; must be empty or not exist')
    .option(
      '--to <moment>',
      "'latest', or a moment with its offset from UTC",
      parseMoment,
      'latest',
    )
    .addOption(
      new Option('--to-lsn <position>', 'a position in the WAL of PostgreSQL, such as 16/B374D848')
        .argParser(parsePosition)
        .conflicts('to'),
    )
    .addOption(
      new Option('--to-name <name>', 'what pg_create_restore_point was given').conflicts([
        'to',
        'toLsn',
      ]),
    )
    .option('--exclusive', 'without what happened at the moment or the position itself')
    .option(
      '--timeline <number>',
      'the history to follow; default: the newest one that is stored',
      parseTimeline,
    )
    .addOption(
      new Option('--backup <id>', 'the state of one base backup or snapshot alone').conflicts([
        'to',
        'toLsn',
        'toName',
        'timeline',
      ]),
    )
    .option('--bin-dir <directory>', "the server's programs, of its major version");
  return withThaw(command)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Every byte is checked against its digest before it is used. The recovery runs here, with the
server's own programs; afterwards the directory can be started as it is.

Of a backup in an archive, exactly the objects that are needed are requested, after telling what
that costs. Then it ends with exit code 5; the same command goes on later from where it was.

Examples:
  $ tidemark restore --plan insightdesk --env production --target /restore/data
  $ tidemark restore --plan insightdesk --env production --target /restore/data --to 2026-11-21T02:00:00Z
  $ tidemark restore --plan insightdesk --env production --target /restore/data --to-lsn 16/B374D848 --exclusive
  $ tidemark restore --plan insightdesk --env production --target /restore/data --to-name before-migration
  $ tidemark restore --plan insightdesk --env production --target /restore/data --backup 20260101T030000Z-full-9f86d081 --wait-for-thaw
  $ tidemark restore --plan somabrain --env production --source redis --target /restore/data --to 2026-11-21T02:00:00Z`,
    )
    .action(async (options: RestoreOptions, command: Command) => {
      const way = wayOf(options);
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      try {
        const run = { store, compiled, source, signal: io.signal, now: io.now, report };
        const result = await agentOf(run).restore(run, {
          target: options.target,
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

function wayOf(options: RestoreOptions): RestoreWay {
  const { exclusive, timeline, backup } = options;
  const to = goalOf(options);
  if (exclusive && (to === 'latest' || (typeof to === 'object' && 'restorePoint' in to))) {
    throw new InputError('--exclusive goes with a moment (--to) or a position (--to-lsn)');
  }
  return {
    to,
    ...(exclusive === undefined ? {} : { exclusive }),
    ...(timeline === undefined ? {} : { timeline }),
    ...(backup === undefined ? {} : { backup }),
  };
}

function goalOf({ to, toLsn, toName }: RestoreOptions): RestoreGoal {
  if (toLsn !== undefined) return { lsn: toLsn };
  return toName === undefined ? to : { restorePoint: toName };
}
