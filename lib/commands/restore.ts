import { Command } from 'commander';
import { restorePostgresql } from '../engines/postgresql/restore/restore.ts';
import { restoreText } from '../report/restore.ts';
import type { Io } from './main.ts';
import { parseMoment, withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';
import { reporter } from './reporter.ts';

interface RestoreOptions extends SourceOptions {
  target: string;
  to: Date | 'latest';
  binDir?: string;
  json?: boolean;
}

export function restoreCommand(io: Io): Command {
  return withStore(new Command('restore'))
    .description('bring a data directory back, recovered and ready to start')
    .requiredOption('--target <directory>', 'where to put it; must be empty or not exist')
    .option(
      '--to <moment>',
      "'latest', or a moment with its offset from UTC",
      parseMoment,
      'latest',
    )
    .option('--bin-dir <directory>', "PostgreSQL's programs of the server's major version")
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Every byte is checked against its digest before it is used. The recovery runs here, with
PostgreSQL's own programs; afterwards the directory can be started as it is.

Examples:
  $ tidemark restore --plan insightdesk --env production --target /restore/data
  $ tidemark restore --plan insightdesk --env production --target /restore/data --to 2026-11-21T02:00:00Z`,
    )
    .action(async (options: RestoreOptions) => {
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      try {
        const result = await restorePostgresql(
          { store, compiled, source, signal: io.signal, now: io.now, report },
          {
            target: options.target,
            time: options.to,
            ...(options.binDir === undefined ? {} : { binDir: options.binDir }),
          },
        );
        end();
        io.stdout.write(
          options.json ? `${JSON.stringify(result, null, 2)}\n` : `${restoreText(result)}\n`,
        );
      } finally {
        end();
        await store.close();
      }
    });
}
