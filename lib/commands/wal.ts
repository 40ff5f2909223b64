import { utimes, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { serverAddress } from '../engines/postgresql/address.ts';
import { backupPostgresql } from '../engines/postgresql/base-backup.ts';
import type { ServerAddress } from '../engines/postgresql/connection.ts';
import type { PostgresqlRun } from '../engines/postgresql/run.ts';
import { streamWal } from '../engines/postgresql/wal/stream.ts';
import { messageOf } from '../message.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOfEngine } from './plan-input.ts';
import { reporter } from './reporter.ts';

interface WalOptions extends SourceOptions {
  healthFile?: string;
  acceptSystemId?: string;
}

export function walCommand(io: Io): Command {
  return withStore(new Command('wal'))
    .description('stream the write-ahead log to the store until stopped')
    .option(
      '--health-file <file>',
      'write this file whenever WAL has reached the store; `tidemark health` reads it',
    )
    .option(
      '--accept-system-id <id>',
      'the server was replaced by this other cluster: start a new lineage beside the old one',
    )
    .addHelpText(
      'after',
      `
The server is reached as PGUSER with PGPASSWORD; PGHOST, PGPORT, PGSSLMODE go before the plan.
A replication slot holds the WAL on the server until the store has it. If WAL was lost all the
same, the gap is recorded and a base backup starts at once.

Example:
  $ PGUSER=tidemark PGPASSWORD=… tidemark wal --plan quickstart --env development --store file:///backups`,
    )
    .action(async (options: WalOptions) => {
      const compiled = await compiledPlan(options);
      const source = sourceOfEngine(compiled, options.source, 'postgresql');
      const address = await serverAddress(source, io.env);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      const run = { store, compiled, source, signal: io.signal, now: io.now, report };
      const { healthFile, acceptSystemId } = options;
      let rebasing: Promise<void> = Promise.resolve();
      try {
        await streamWal(run, {
          address,
          ...(acceptSystemId === undefined ? {} : { acceptSystemId }),
          onProgress: async ({ durable, rpoSeconds }) => {
            const behind = rpoSeconds === null ? '' : `, ${formatSeconds(rpoSeconds)} behind`;
            report({ level: 'info', message: `WAL is safe up to ${durable}${behind}` });
            if (healthFile !== undefined && rpoSeconds !== null) {
              await touch(healthFile, new Date(io.now().getTime() - rpoSeconds * 1000));
            }
          },
          onGap: () => {
            rebasing = rebasing.then(() => rebase(run, address));
          },
        });
      } finally {
        await rebasing;
        end();
        await store.close();
      }
    });
}

/** Dated by what is safe, not by when it was looked at: a store that takes nothing makes the streamer unhealthy. */
async function touch(path: string, safeAt: Date): Promise<void> {
  await writeFile(path, '');
  await utimes(path, safeAt, safeAt);
}

/** Nothing behind a gap can be restored until there is a base backup that begins behind it. */
async function rebase(run: PostgresqlRun, address: ServerAddress): Promise<void> {
  try {
    await backupPostgresql(run, { address, checkpoint: 'fast' });
  } catch (error) {
    run.report({
      level: 'warning',
      message: 'the base backup that the gap calls for failed; take one now',
      details: { error: messageOf(error) },
    });
  }
}
