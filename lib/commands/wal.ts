import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { streamWal } from '../engines/postgresql/wal/stream.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import {
  compiledPlan,
  openPlanStore,
  type SourceOptions,
  serverAddress,
  sourceOf,
} from './plan-input.ts';
import { reporter } from './reporter.ts';

export function walCommand(io: Io): Command {
  return withStore(new Command('wal'))
    .description('stream the write-ahead log to the store until stopped')
    .option(
      '--health-file <file>',
      'touch this file whenever WAL is known to be safe; `tidemark health` reads it',
    )
    .addHelpText(
      'after',
      `
The server is reached as PGUSER with PGPASSWORD; PGHOST, PGPORT, PGSSLMODE go before the plan.
A replication slot holds the WAL on the server until the store has it.

Example:
  $ PGUSER=tidemark PGPASSWORD=… tidemark wal --plan quickstart --env development --store file:///backups`,
    )
    .action(async (options: SourceOptions & { healthFile?: string }) => {
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      const address = await serverAddress(source, io.env);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      const { healthFile } = options;
      try {
        await streamWal(
          { store, compiled, source, signal: io.signal, now: io.now, report },
          {
            address,
            ...(healthFile === undefined
              ? {}
              : { onDurable: () => writeFile(healthFile, `${io.now().toISOString()}\n`) }),
          },
        );
      } finally {
        end();
        await store.close();
      }
    });
}
