import { App } from 'cdk8s';
import type { CompiledPlan } from '../lib/plan/compiled.ts';
import { ConfigurationChart, configMapName } from './charts/configuration.ts';
import { planCharts } from './charts/plan-charts.ts';
import { sidecarPatches } from './charts/sidecar-patches.ts';
import { adorn } from './objects/adorn.ts';
import { ciliumPolicies } from './objects/cilium.ts';
import { type KubernetesObject, objectsOf } from './objects/object.ts';
import { type Pod, patchedPod, podTemplate } from './objects/pod-template.ts';
import { priorityClasses } from './objects/priority.ts';
import { quotas } from './objects/quota.ts';
import { externalSecrets } from './objects/secrets.ts';

/** The objects of each file of the manifests by its name without an ending; the names sort in the order of application. */
export type Manifests = ReadonlyMap<string, readonly KubernetesObject[]>;

/** Everything that a cluster is given for a plan. */
export function manifests(compiled: CompiledPlan): Manifests {
  const app = new App();
  const made = new Map(
    [...planCharts(app, compiled)].map(([name, chart]) => [name, objectsOf(chart)]),
  );
  const pods = [...made.values()].flat().flatMap((object) => podTemplate(object)?.spec ?? []);
  const files: [string, KubernetesObject[]][] = [...made, ...followed(app, compiled, pods)];
  return new Map(
    files
      .filter(([, objects]) => objects.length > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, objects]) => [name, adorn(compiled, objects)]),
  );
}

/** What follows from the pods that there are, whoever has added them. */
function followed(
  app: App,
  compiled: CompiledPlan,
  pods: readonly Pod[],
): [string, KubernetesObject[]][] {
  const whole = configMapName(compiled);
  const readWhole = pods.some(({ volumes = [] }) =>
    volumes.some(({ configMap }) => configMap?.name === whole),
  );
  const beside = sidecarPatches(compiled).map(({ object }) => patchedPod(object));
  return [
    ...[...externalSecrets(compiled, [...pods, ...beside])].map(
      ([secret, object]): [string, KubernetesObject[]] => [`15-secret-${secret}`, [object]],
    ),
    ['32-cilium', ciliumPolicies(compiled)],
    ['35-priority', priorityClasses(compiled)],
    ['36-quota', quotas(compiled, pods)],
    ['40-plan', readWhole ? objectsOf(new ConfigurationChart(app, 'plan', compiled)) : []],
  ];
}
