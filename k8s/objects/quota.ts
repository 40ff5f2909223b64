import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { planLabels } from '../charts/names.ts';
import { sharesNamespace } from '../charts/server-location.ts';
import { wave } from '../charts/sync-wave.ts';
import type { KubernetesObject } from './object.ts';
import type { Pod } from './pod-template.ts';
import { quantity, sum } from './quantity.ts';

/** What a container gets that says nothing about itself, such as one that somebody debugs with: a quota refuses it otherwise. */
const UNSAID = {
  requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
  limits: { cpu: '500m', memory: '256Mi', 'ephemeral-storage': '256Mi' },
} as const;

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;

/**
 * The limits of a namespace of Tidemark's own: every pod of the plan at once, and the greatest of them once more, because
 * nothing may keep a restore waiting that somebody starts while all the others run. None in a namespace of the product's.
 */
export function quotas(compiled: CompiledPlan, pods: readonly Pod[]): KubernetesObject[] {
  if (!compiled.kubernetes.quota || sharesNamespace(compiled) || pods.length === 0) return [];
  const hard = Object.fromEntries(
    (['requests', 'limits'] as const).flatMap((bound) =>
      RESOURCES.map((resource) => {
        const needs = pods.map((pod) =>
          sum(pod.containers.map((one) => one.resources?.[bound]?.[resource])),
        );
        return [`${bound}.${resource}`, quantity(sum([...needs, Math.max(...needs)]), resource)];
      }),
    ),
  );
  const metadata = {
    name: 'tidemark',
    namespace: compiled.kubernetes.namespace,
    labels: planLabels(compiled),
    annotations: wave('policy'),
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: { hard: { ...hard, pods: String(pods.length + 1) } },
    },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata,
      spec: {
        limits: [{ type: 'Container', default: UNSAID.limits, defaultRequest: UNSAID.requests }],
      },
    },
  ];
}
