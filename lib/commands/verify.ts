import { Command, Option } from 'commander';
import { claimStore } from '../catalog/reader.ts';
import { agentOf } from '../engines/agents.ts';
import type { VerifyScope } from '../engines/verify.ts';
import { verificationText } from '../report/verification.ts';
import type { ObjectStore } from '../stores/store.ts';
import { type EvidenceOptions, openEvidence, withEvidence } from './evidence.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './main.ts';
import { newestBackup } from './newest-backup.ts';
import { parseLabel, withStore } from './options.ts';
import { compiledPlan, openPlanStore, type SourceOptions, sourceOf } from './plan-input.ts';
import { reporter } from './reporter.ts';

interface VerifyOptions extends SourceOptions, EvidenceOptions {
  all?: boolean;
  due?: boolean;
  backup?: string;
  label?: string;
  json?: boolean;
}

export function verifyCommand(io: Io): Command {
  return withEvidence(withStore(new Command('verify')))
    .description('read stored bytes again and compare their digests')
    .addOption(
      new Option('--all', 'every backup; default: the newest, and all of the log').conflicts([
        'due',
        'backup',
        'label',
      ]),
    )
    .addOption(
      new Option(
        '--due',
        'what a schedule reads: every backup and the log, cold and archived backups once in a quarter',
      ).conflicts(['backup', 'label']),
    )
    .addOption(new Option('--backup <id>', 'one backup').conflicts('label'))
    .option('--label <label>', 'the newest backup with this label', parseLabel)
    .option('--json', 'print the run record as JSON')
    .addHelpText(
      'after',
      `
What was found is also written as a run record, and with --evidence into a second store.

Examples:
  $ tidemark verify --plan quickstart --env development --store file:///backups
  $ tidemark verify --plan quickstart --env development --store file:///backups --all
  $ tidemark verify --plan shop --env production --source orders --label pre-deploy
  $ tidemark verify --plan quickstart --env development --evidence "s3://<bucket>-evidence?region=eu-central-1"
Exit code 3 when something was altered or is missing, 5 when no backup was read because what
was asked for is archived.`,
    )
    .action(async (options: VerifyOptions) => {
      const compiled = await compiledPlan(options);
      const source = sourceOf(compiled, options.source);
      const store = await openPlanStore(compiled, options, io.env);
      const { report, end } = reporter(io.stderr, io.now);
      const evidence = await openEvidence(options, compiled);
      try {
        // Its record would stand among those of another plan, and its holds would be moved.
        await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
        const scope = await scopeOf(options, store, source.name);
        const run = { store, compiled, source, signal: io.signal, now: io.now, report };
        const result = await agentOf(run).verify(run, scope);
        end();
        if (result.outcome === 'failed') io.exitCode = EXIT.unhealthy;
        else if (result.backups.length === 0 && scope !== 'due') io.exitCode = EXIT.archived;
        io.stdout.write(
          options.json
            ? `${JSON.stringify(result, null, 2)}\n`
            : `${verificationText(result, source.engine)}\n`,
        );
        await evidence.keep(result);
      } finally {
        end();
        await Promise.all([store.close(), evidence.close()]);
      }
    });
}

async function scopeOf(
  { all, due, backup, label }: VerifyOptions,
  store: ObjectStore,
  source: string,
): Promise<VerifyScope> {
  if (label !== undefined) return { backup: await newestBackup(store, source, { label }) };
  if (backup !== undefined) return { backup };
  if (due) return 'due';
  return all ? 'all' : 'newest';
}
