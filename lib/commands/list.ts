import { Command } from 'commander';
import { claimStore } from '../catalog/reader.ts';
import { recoveryPoints } from '../catalog/recovery-points.ts';
import { recoveryPointsText } from '../report/recovery-points.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';
import { reporter } from './reporter.ts';

export function listCommand(io: Io): Command {
  return withStore(new Command('list'))
    .description('list the recovery points of a source')
    .option('--json', 'print the manifests as JSON, each with `hidden` and `held`')
    .addHelpText(
      'after',
      `
A backup that is held is the newest verified one: nothing removes it, also after it has expired.
One that is hidden has expired or was deleted. It can be restored as long as it is listed; unless
it is held or locked, it is removed for good within days.

Example:
  $ tidemark list --plan quickstart --env development --store file:///backups`,
    )
    .action(async (options: SourceOptions & { json?: boolean }) => {
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      const store = await openPlanStore(compiled, options, io.env);
      const { report } = reporter(io.stderr, io.now);
      try {
        await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
        const { points, unreadable } = await recoveryPoints(store, source.name, ({ message }) =>
          report({ level: 'warning', message }),
        );
        if (options.json) {
          const entries = points.map(({ manifest, ...state }) => ({ ...manifest, ...state }));
          io.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
        } else if (points.length > 0) {
          io.stdout.write(`${recoveryPointsText(points)}\n`);
        } else if (unreadable.length === 0) {
          io.stdout.write(`no backup of ${source.name} in ${store.url}\n`);
        }
        // What can be read is shown all the same: people choose from it.
        for (const { error } of unreadable.slice(1))
          report({ level: 'warning', message: error.message });
        if (unreadable[0]) throw unreadable[0].error;
      } finally {
        await store.close();
      }
    });
}
