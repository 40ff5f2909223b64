import { Command } from 'commander';
import { fetchWal } from '../engines/postgresql/archive/fetch.ts';
import { EXIT, WAL_FETCH } from './exit-codes.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOfEngine } from './plan-input.ts';
import { reporter } from './reporter.ts';

export function walFetchCommand(io: Io): Command {
  return withStore(new Command(WAL_FETCH))
    .description("bring a file of the write-ahead log back: a server's restore_command")
    .argument('<file>', 'what the server writes for %f')
    .argument('<path>', 'what it writes for %p')
    .addHelpText(
      'after',
      `
Exit code 0 when the file is in its place, ${EXIT.absent} when the WAL ends before it, ${EXIT.stopRecovery} for everything else:
a server that is told that a file does not exist ends its recovery without what follows.

In postgresql.conf:
  restore_command = 'tidemark wal-fetch %f %p --config /etc/tidemark/plan.json'

Example:
  $ tidemark wal-fetch 000000010000000000000003 /tmp/segment --plan quickstart --env development --store file:///backups`,
    )
    .action(async (name: string, path: string, options: SourceOptions) => {
      const compiled = await compiledPlan(options);
      const source = sourceOfEngine(compiled, options.source, 'postgresql');
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      try {
        const run = { store, compiled, source, signal: io.signal, now: io.now, report };
        if (!(await fetchWal(run, { name, path }))) io.exitCode = EXIT.absent;
      } finally {
        end();
        await store.close();
      }
    });
}
