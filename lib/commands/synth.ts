import { join } from 'node:path';
import { Command } from 'commander';
import type { CompiledPlan } from '../plan/compiled.ts';
import { findingsText } from '../report/findings.ts';
import { summaryText } from '../report/summary.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { compileNamed, refusal } from './plan-input.ts';

export function synthCommand(io: Io): Command {
  return new Command('synth')
    .description('write the CloudFormation templates and Kubernetes manifests of one environment')
    .requiredOption(
      '--plan <plan>',
      'a plan in plans/ by its name, or the path to a plan of your own',
    )
    .requiredOption('--env <environment>', 'environment of the plan, such as production')
    .option('--out <directory>', 'where to write', 'dist')
    .option('--json', 'print the list of files as JSON')
    .addHelpText(
      'after',
      `
Writes <out>/<plan>/<env>/aws/*.template.json and <out>/<plan>/<env>/k8s/*.yaml.

Example:
  $ tidemark synth --plan insightdesk --env production`,
    )
    .action(async (options: { plan: string; env: string; out: string; json?: boolean }) => {
      const { compiled, findings } = await compileNamed(options.plan, options.env);
      if (!compiled) throw new InputError(refusal(options.plan, options.env, findings));
      const warnings = findings.filter(({ severity }) => severity === 'warning');
      if (warnings.length > 0) io.stderr.write(`${findingsText(warnings, io.stderr)}\n\n`);
      const files = await synth(compiled, options.out);
      if (options.json) io.stdout.write(`${JSON.stringify(files, null, 2)}\n`);
      else io.stdout.write(`${summaryText(compiled, findings, files, io.stdout)}\n`);
    });
}

/**
 * Writes both sides of an environment; returns the files, sorted.
 * @param failback replicate both ways
 */
export async function synth(
  compiled: CompiledPlan,
  out: string,
  failback = false,
): Promise<{ aws: string[]; k8s: string[] }> {
  // CDK and cdk8s take a second to load, which no other command should wait for.
  const [{ synthTemplates }, { synthManifests }] = await Promise.all([
    import('../stacks/synth.ts'),
    import('../../k8s/synth.ts'),
  ]);
  const base = join(out, compiled.plan, compiled.environment);
  return {
    aws: await synthTemplates(compiled, join(base, 'aws'), failback),
    k8s: await synthManifests(compiled, join(base, 'k8s')),
  };
}
