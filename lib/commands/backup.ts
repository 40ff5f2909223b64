import { Command, Option } from 'commander';
import { type BackupKind, backupKindSchema } from '../catalog/manifest.ts';
import { agentOf } from '../engines/agents.ts';
import { formatBytes, formatInstant } from '../report/format.ts';
import type { Io } from './main.ts';
import { parseLabel, withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';
import { reporter } from './reporter.ts';

interface BackupOptions extends SourceOptions {
  kind?: BackupKind;
  label?: string;
  checkpoint: 'fast' | 'spread';
  acceptSystemId?: string;
  binDir?: string;
  json?: boolean;
}

export function backupCommand(io: Io): Command {
  return withStore(new Command('backup'))
    .description('take a backup now')
    .addOption(
      new Option(
        '--kind <kind>',
        "one of the kinds that the plan has rows of; default: the engine's full one",
      ).choices(backupKindSchema.options),
    )
    .option('--label <label>', 'why it is taken, such as pre-migration', parseLabel)
    .addOption(
      new Option(
        '--checkpoint <mode>',
        'fast starts at once and costs the server more; spread waits for its rhythm',
      )
        .choices(['fast', 'spread'])
        .default('spread'),
    )
    .option(
      '--accept-system-id <id>',
      'the server was replaced by this other cluster: start a new lineage beside the old one',
    )
    .option(
      '--bin-dir <directory>',
      "for dumps: PostgreSQL's programs of the server's major version",
    )
    .option('--json', 'print the manifest as JSON')
    .addHelpText(
      'after',
      `
PostgreSQL is reached as PGUSER with PGPASSWORD; PGHOST, PGPORT, PGSSLMODE go before the plan. Redis is
reached as REDIS_USERNAME with REDIS_PASSWORD; REDIS_HOST, REDIS_PORT, REDIS_TLS go before the plan.
A backup exists only when this command ends with exit code 0.

Examples:
  $ PGUSER=tidemark PGPASSWORD=… tidemark backup --plan quickstart --env development --store file:///backups
  $ PGUSER=tidemark PGPASSWORD=… tidemark backup --plan somabrain --env production --source postgresql --kind logical --label pre-migration
  $ REDIS_PASSWORD=… tidemark backup --plan somabrain --env production --source redis`,
    )
    .action(async (options: BackupOptions) => {
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      try {
        const run = { store, compiled, source, signal: io.signal, now: io.now, report };
        const manifest = await agentOf(run).backup(run, { ...options, env: io.env });
        end();
        io.stdout.write(
          options.json
            ? `${JSON.stringify(manifest, null, 2)}\n`
            : `${manifest.id}  ${manifest.tier}, kept as ${manifest.class}, ${formatBytes(manifest.storedBytes)} stored of ${formatBytes(manifest.logicalBytes)}, consistent at ${formatInstant(manifest.consistentAt)}\n`,
        );
      } finally {
        end();
        await store.close();
      }
    });
}
