import { type Command, Option } from 'commander';
import type { ThawOrder } from '../catalog/thaw.ts';
import { THAW_SPEEDS, type ThawSpeed } from '../plan/limits.ts';
import { thawText } from '../report/thaw.ts';
import type { Io } from './main.ts';
import { parseThawDays } from './options.ts';

/** Enough for a weekend between the thaw and the restore. */
const THAW_DAYS = 7;

export interface ThawOptions {
  waitForThaw?: boolean;
  thawSpeed: ThawSpeed;
  thawDays: number;
}

/** What to do where a backup lies in an archive; the same words in every command. */
export function withThaw(command: Command): Command {
  return command
    .option('--wait-for-thaw', 'wait until an archived backup can be read, which takes hours')
    .addOption(
      new Option('--thaw-speed <speed>', 'standard: up to 12 h; bulk: cheaper, up to 48 h')
        .choices(THAW_SPEEDS)
        .default('standard'),
    )
    .option(
      '--thaw-days <days>',
      'how long the copy of an archived backup stays readable',
      parseThawDays,
      THAW_DAYS,
    );
}

export const thawOrder = (options: ThawOptions, io: Io): ThawOrder => ({
  speed: options.thawSpeed,
  days: options.thawDays,
  wait: options.waitForThaw === true,
  announce: (thaw) => io.stderr.write(`${thawText(thaw, io.now())}\n`),
});
