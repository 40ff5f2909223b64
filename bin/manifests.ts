/**
 * Writes only the Kubernetes manifests of an environment: `node bin/manifests.ts --plan P --env E [--out DIR]`.
 * `tidemark synth` writes them together with the CloudFormation templates.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthManifests } from '../k8s/synth.ts';
import { compiledPlan } from '../lib/commands/plan-input.ts';

const { values } = parseArgs({
  options: {
    plan: { type: 'string' },
    env: { type: 'string' },
    out: { type: 'string', default: 'dist' },
  },
});
const compiled = await compiledPlan(values);
const folder = join(values.out, compiled.plan, compiled.environment, 'k8s');
for (const path of await synthManifests(compiled, folder)) console.log(path);
