import { Command, Option } from 'commander';
import { claimStore } from '../catalog/reader.ts';
import { readStatus } from '../catalog/status.ts';
import { statusText } from '../report/status.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './main.ts';
import { withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';

interface StatusOptions extends SourceOptions {
  readonly failOn: 'critical' | 'warning';
  readonly json?: boolean;
}

export function statusCommand(io: Io): Command {
  return withStore(new Command('status'))
    .description('tell what is fresh, late, failed or too small')
    .addOption(
      new Option('--fail-on <health>', 'exit with 3 when a source is no better than this')
        .choices(['critical', 'warning'])
        .default('critical'),
    )
    .option('--json', 'print the status as JSON')
    .addHelpText(
      'after',
      `
Example:
  $ tidemark status --plan quickstart --env development --store file:///backups
Exit code 3 when a source is critical, or with --fail-on warning when anything is not as it should be.`,
    )
    .action(async (options: StatusOptions) => {
      const compiled = await compiledPlan(options);
      const store = await openPlanStore(compiled, options, io.env);
      try {
        await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
        const wanted =
          options.source === undefined ? undefined : sourceOf(compiled, options.source);
        // Whoever asks for one source may be allowed to read no other.
        const asked = wanted === undefined ? compiled : { ...compiled, sources: [wanted] };
        const statuses = await readStatus(store, asked, io.now());
        const failing = options.failOn === 'warning' ? ['critical', 'warning'] : ['critical'];
        if (statuses.some(({ health }) => failing.includes(health))) io.exitCode = EXIT.unhealthy;
        io.stdout.write(
          options.json
            ? `${JSON.stringify(statuses, null, 2)}\n`
            : `${statusText(statuses, io.stdout)}\n`,
        );
      } finally {
        await store.close();
      }
    });
}
