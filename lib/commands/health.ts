import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { EXIT } from './exit-codes.ts';
import type { Io } from './main.ts';
import { parseDuration } from './options.ts';

/** The probe of the WAL streamer's pod: looks at one file, connects to nothing. */
export function healthCommand(io: Io): Command {
  return new Command('health')
    .description('tell whether `wal` or `aof` has made progress lately')
    .requiredOption('--file <file>', 'the file that they touch: their --health-file')
    .option('--max-age <duration>', 'older than this is unhealthy', parseDuration, 120)
    .addHelpText(
      'after',
      `
Example:
  $ tidemark health --file /tmp/health --max-age 2m
Exit code 3 when the file is missing or too old.`,
    )
    .action(async (options: { file: string; maxAge: number }) => {
      const touched = await stat(options.file).then(
        (s) => s.mtime,
        () => undefined,
      );
      const age = touched && (io.now().getTime() - touched.getTime()) / 1000;
      if (age !== undefined && age <= options.maxAge) {
        io.stdout.write(`healthy: last progress ${Math.round(age)} s ago\n`);
        return;
      }
      io.exitCode = EXIT.unhealthy;
      io.stderr.write(
        age === undefined
          ? `unhealthy: ${options.file} does not exist\n`
          : `unhealthy: last progress ${Math.round(age)} s ago, more than ${options.maxAge} s\n`,
      );
    });
}
