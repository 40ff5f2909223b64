import { createHash } from 'node:crypto';
import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { planOfPods, planOfSource } from '../../lib/plan/pod-plan.ts';
import { planText } from '../../lib/plan/written.ts';
import { planLabels } from './names.ts';
import { wave } from './sync-wave.ts';

export const CONFIG_DIRECTORY = '/etc/tidemark';
export const CONFIG_FILE = 'plan.json';

/** A plan as pods read it, and the name that its content gives it. */
interface Configuration {
  /** Carries a digest of the content: a changed plan is a new object, and the pods that name it roll. */
  readonly name: string;
  readonly json: string;
}

/** One computation for all pods that read the same. */
const known = new WeakMap<object, WeakMap<object, Configuration>>();

/** @param source default: the plan as a whole */
function configuration(compiled: CompiledPlan, source?: DerivedSource): Configuration {
  const ofPlan = known.get(compiled) ?? new WeakMap<object, Configuration>();
  known.set(compiled, ofPlan);
  const before = ofPlan.get(source ?? compiled);
  if (before) return before;
  const json = planText(source ? planOfSource(compiled, source) : planOfPods(compiled));
  const digest = createHash('sha256').update(json).digest('hex').slice(0, 10);
  const name = ['tidemark', ...(source ? [source.name] : []), 'plan', digest].join('-');
  ofPlan.set(source ?? compiled, { name, json });
  return { name, json };
}

/** Of what pods of the whole plan mount. */
export const configMapName = (compiled: CompiledPlan): string => configuration(compiled).name;

/** Of what the pods of one source mount: only a change that concerns them changes it. */
export const sourceConfigMapName = (compiled: CompiledPlan, source: DerivedSource): string =>
  configuration(compiled, source).name;

/** The compiled plan, or what concerns one source of it, for the pods to mount. */
export class ConfigurationChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, source?: DerivedSource) {
    super(scope, id, { disableResourceNameHashes: true });
    const { name, json } = configuration(compiled, source);
    new k8s.KubeConfigMap(this, 'Plan', {
      metadata: {
        name,
        namespace: compiled.kubernetes.namespace,
        labels: planLabels(compiled),
        annotations: {
          ...wave('policy'),
          // A Job that was started before the change still mounts the map that it names.
          'argocd.argoproj.io/sync-options': 'PruneLast=true',
        },
      },
      immutable: true,
      data: { [CONFIG_FILE]: json },
    });
  }
}
