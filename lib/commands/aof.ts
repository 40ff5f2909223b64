import { stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { serverAddress } from '../engines/redis/address.ts';
import { shipAof } from '../engines/redis/aof/ship.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOfEngine } from './plan-input.ts';
import { reporter } from './reporter.ts';

interface AofOptions extends SourceOptions {
  data: string;
  healthFile?: string;
}

export function aofCommand(io: Io): Command {
  return withStore(new Command('aof'))
    .description("ship Redis' append-only file to the store until stopped")
    .requiredOption('--data <directory>', "Redis' data directory as it is mounted here; only read")
    .option(
      '--health-file <file>',
      'write this file whenever the log has reached the store; `tidemark health` reads it',
    )
    .addHelpText(
      'after',
      `
Runs beside Redis 7.0 or newer with appendonly yes, as a user that may read its files. The server is
asked as REDIS_USERNAME with REDIS_PASSWORD what it has written; REDIS_HOST and REDIS_PORT go before
the plan: it must be the very server whose files these are, so REDIS_HOST=127.0.0.1 in a sidecar.
Its files are opened and never changed; it is never asked to rewrite them.

Example:
  $ REDIS_HOST=127.0.0.1 tidemark aof --plan bud --env production --source redis --data /data --store file:///backups`,
    )
    .action(async (options: AofOptions) => {
      const compiled = await compiledPlan(options);
      const source = sourceOfEngine(compiled, options.source, 'redis');
      const server = await serverAddress(source, io.env);
      const { directory } = source.settings.appendonly ?? {};
      if (directory === undefined) {
        throw new InputError(
          `the plan does not say where the append-only files of ${source.name} are; add appendonly: { volume: 'data' }`,
        );
      }
      await expectDirectory(options.data);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      try {
        await shipAof(
          { store, compiled, source, signal: io.signal, now: io.now, report },
          {
            server,
            directory: join(options.data, directory),
            onProgress: async ({ durable, rpoSeconds }) => {
              const behind = rpoSeconds === null ? '' : `, ${formatSeconds(rpoSeconds)} behind`;
              report({ level: 'info', message: `the log is safe up to ${durable}${behind}` });
              if (options.healthFile !== undefined && rpoSeconds !== null) {
                await touch(options.healthFile, new Date(io.now().getTime() - rpoSeconds * 1000));
              }
            },
          },
        );
      } finally {
        end();
        await store.close();
      }
    });
}

/** Redis may make the files later, but not the directory that a volume is mounted on. */
async function expectDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new InputError(
    `${path} is not a directory; --data is Redis' data directory (CONFIG GET dir), as it is mounted here`,
  );
}

/** Dated by what is safe, not by when it was looked at. */
async function touch(path: string, safeAt: Date): Promise<void> {
  await writeFile(path, '');
  await utimes(path, safeAt, safeAt);
}
