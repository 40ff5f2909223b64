import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { planSelector } from '../charts/names.ts';
import { sharesNamespace } from '../charts/server-location.ts';
import { pinned } from './image.ts';
import type { KubernetesObject } from './object.ts';
import { type Pod, type PodTemplate, withPodTemplate } from './pod-template.ts';
import { priorityClassName } from './priority.ts';

/**
 * Objects with what the plan wants on all of them: labels and annotations, and on what starts pods where these may run
 * and from where their image comes. Charts say what a pod needs; a cluster's own habits are put on here, once for all.
 */
export const adorn = (
  compiled: CompiledPlan,
  objects: readonly KubernetesObject[],
): KubernetesObject[] => objects.map((object) => adorned(compiled, object));

function adorned(compiled: CompiledPlan, object: KubernetesObject): KubernetesObject {
  const { labels, annotations } = compiled.kubernetes;
  // A namespace that the product lives in is not ours to mark.
  if (object.kind === 'Namespace' && sharesNamespace(compiled)) return object;
  const withPods = withPodTemplate(object, (template) => adornedPod(compiled, template));
  return { ...withPods, metadata: marked(object.metadata, labels, annotations) };
}

interface Metadata {
  readonly labels?: Record<string, string> | undefined;
  readonly annotations?: Record<string, string> | undefined;
}
type Strings = Readonly<Record<string, string>> | undefined;

/** What is there already is Tidemark's own, and stays. */
function marked<M extends Metadata>(metadata: M, labels: Strings, annotations: Strings): M {
  return {
    ...metadata,
    ...(labels && { labels: sorted({ ...labels, ...metadata.labels }) }),
    ...(annotations && { annotations: sorted({ ...annotations, ...metadata.annotations }) }),
  };
}

const sorted = (strings: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(strings).sort(([a], [b]) => (a < b ? -1 : 1)));

function adornedPod(compiled: CompiledPlan, template: PodTemplate): PodTemplate {
  const { labels, annotations, pods } = compiled.kubernetes;
  const own = marked(template.metadata ?? {}, labels, annotations);
  const metadata = marked(own, pods?.labels, pods?.annotations);
  return {
    ...template,
    ...(Object.keys(metadata).length > 0 && { metadata }),
    spec: placed(compiled, template.spec),
  };
}

function placed(compiled: CompiledPlan, pod: Pod): Pod {
  const { pods = {}, pullSecrets } = compiled.kubernetes;
  const priority = priorityClassName(compiled);
  return {
    ...pod,
    containers: pod.containers.map((container) => pinned(compiled, container)),
    ...(pod.initContainers && {
      initContainers: pod.initContainers.map((container) => pinned(compiled, container)),
    }),
    ...(pullSecrets && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
    ...(priority !== undefined && { priorityClassName: priority }),
    ...(pods.nodeSelector && { nodeSelector: pods.nodeSelector }),
    ...(pods.tolerations && { tolerations: pods.tolerations }),
    ...(pods.affinity && { affinity: pods.affinity }),
    ...(pods.topologySpread && {
      topologySpreadConstraints: pods.topologySpread.map((spread) => ({
        ...spread,
        labelSelector: { matchLabels: planSelector(compiled) },
      })),
    }),
  };
}
