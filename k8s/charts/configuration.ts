import { createHash } from 'node:crypto';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type CompiledPlan, compiledPlanSchema } from '../../lib/plan/compiled.ts';
import { planLabels } from './names.ts';
import { wave } from './sync-wave.ts';

export const CONFIG_DIRECTORY = '/etc/tidemark';
export const CONFIG_FILE = 'plan.json';

/** The compiled plan as the pods read it; keys in the schema's order, whatever order they were computed in. */
const planJson = (compiled: CompiledPlan): string =>
  `${JSON.stringify(compiledPlanSchema.parse(compiled), null, 2)}\n`;

/** Carries a digest of the content: a changed plan is a new object, and the pods that name it roll. */
export const configMapName = (compiled: CompiledPlan): string =>
  `tidemark-plan-${createHash('sha256').update(planJson(compiled)).digest('hex').slice(0, 10)}`;

/** The compiled plan, mounted by every pod. */
export class ConfigurationChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeConfigMap(this, 'Plan', {
      metadata: {
        name: configMapName(compiled),
        namespace: compiled.kubernetes.namespace,
        labels: planLabels(compiled),
        annotations: {
          ...wave('policy'),
          // A Job that was started before the change still mounts the map that it names.
          'argocd.argoproj.io/sync-options': 'PruneLast=true',
        },
      },
      immutable: true,
      data: { [CONFIG_FILE]: planJson(compiled) },
    });
  }
}
