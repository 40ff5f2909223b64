/**
 * Writes only the Kubernetes manifests of an environment: `node bin/manifests.ts --plan P --env E [--out DIR]`.
 * `tidemark synth` writes them together with the CloudFormation templates.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { synthManifests } from '../k8s/synth.ts';
import { main, processIo } from '../lib/commands/main.ts';
import { compiledPlan } from '../lib/commands/plan-input.ts';

const io = processIo();
const program = new Command('manifests')
  .description('write the Kubernetes manifests of one environment')
  .requiredOption('--plan <plan>', 'a plan in plans/ by its name, or the path to your own')
  .requiredOption('--env <environment>', 'environment of the plan, such as production')
  .option('--out <directory>', 'where to write', 'dist')
  .action(async ({ plan, env, out }: { plan: string; env: string; out: string }) => {
    const compiled = await compiledPlan({ plan, env });
    const folder = join(out, compiled.plan, compiled.environment, 'k8s');
    for (const path of await synthManifests(compiled, folder)) io.stdout.write(`${path}\n`);
  });
process.exitCode = await main(program, process.argv.slice(2), io);
