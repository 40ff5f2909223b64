import { Command } from 'commander';
import { readBackups } from '../catalog/reader.ts';
import { formatBytes, formatInstant, table } from '../report/format.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';

export function listCommand(io: Io): Command {
  return withStore(new Command('list'))
    .description('list the recovery points of a source')
    .option('--json', 'print the manifests as JSON')
    .addHelpText(
      'after',
      `
Example:
  $ tidemark list --plan quickstart --env development --store file:///backups`,
    )
    .action(async (options: SourceOptions & { json?: boolean }) => {
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      const store = await openPlanStore(compiled, options, io.env);
      try {
        const backups = await readBackups(store, source.name);
        if (options.json) {
          io.stdout.write(`${JSON.stringify(backups, null, 2)}\n`);
        } else if (backups.length === 0) {
          io.stdout.write(`no backup of ${source.name} in ${store.url}\n`);
        } else {
          const rows = backups.map((b) => [
            b.id,
            b.kind,
            b.tier,
            b.class,
            formatInstant(b.consistentAt),
            formatBytes(b.storedBytes),
            formatBytes(b.logicalBytes),
          ]);
          io.stdout.write(
            `${table(['backup', 'kind', 'tier', 'class', 'consistent at', 'stored', 'data'], rows)}\n`,
          );
        }
      } finally {
        await store.close();
      }
    });
}
