import { Command } from 'commander';
import { pushWal } from '../engines/postgresql/archive/push.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOfEngine } from './plan-input.ts';
import { reporter } from './reporter.ts';

interface PushOptions extends SourceOptions {
  acceptSystemId?: string;
}

export function walPushCommand(io: Io): Command {
  return withStore(new Command('wal-push'))
    .description("store a file of the write-ahead log: a server's archive_command")
    .argument('<path>', 'what the server writes for %p')
    .option(
      '--accept-system-id <id>',
      'the server was replaced by this other cluster: start a new lineage beside the old one',
    )
    .addHelpText(
      'after',
      `
Exit code 0 only when the file is in the store, or was there with the same bytes; nothing is replaced.
Segments that wait behind it are stored along with it.

In postgresql.conf, with archive_mode = on and archive_timeout = 60:
  archive_command = 'tidemark wal-push %p --config /etc/tidemark/plan.json'

Example:
  $ tidemark wal-push pg_wal/000000010000000000000003 --plan quickstart --env development --store file:///backups`,
    )
    .action(async (path: string, options: PushOptions) => {
      const compiled = await compiledPlan(options);
      const source = sourceOfEngine(compiled, options.source, 'postgresql');
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      const { acceptSystemId } = options;
      try {
        const run = { store, compiled, source, signal: io.signal, now: io.now, report };
        await pushWal(run, { path, ...(acceptSystemId === undefined ? {} : { acceptSystemId }) });
      } finally {
        end();
        await store.close();
      }
    });
}
