import { type Command, Option } from 'commander';
import type { Lsn } from '../engines/postgresql/lsn.ts';
import type { RestoreGoal, RestoreWay } from '../engines/postgresql/restore/goal.ts';
import { InputError } from './input-error.ts';
import type { ManifestOptions } from './manifest-options.ts';
import { parseMoment, parsePosition, parseTimeline } from './options.ts';
import type { SourceOptions } from './plan-input.ts';
import type { ThawOptions } from './thaw-options.ts';

export interface RestoreOptions extends SourceOptions, ThawOptions, ManifestOptions {
  target?: string;
  claim?: string;
  to: Date | 'latest';
  toLsn?: Lsn;
  toName?: string;
  exclusive?: boolean;
  timeline?: number;
  backup?: string;
  binDir?: string;
  json?: boolean;
}

/** Which state is restored. */
export const withRestoreWay = (command: Command): Command =>
  command
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
    );

/** @throws InputError */
export function targetOf({ target, claim }: RestoreOptions): string {
  if (claim !== undefined) throw new InputError('--claim is for the Job that --manifest prints');
  if (target !== undefined) return target;
  throw new InputError('say where to put it with --target, or print a Job with --manifest');
}

/** @throws InputError */
export function wayOf(options: RestoreOptions): RestoreWay {
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
