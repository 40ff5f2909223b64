import type { CompiledPlan, CompiledSource } from './compiled.ts';

/**
 * What pods read that work for the plan as a whole: a plan like any other, with nothing in it that concerns only people,
 * vaults of AWS or where pods run. So a change of those is no change for these pods.
 */
export function planOfPods(compiled: CompiledPlan): CompiledPlan {
  const { breakGlass: _people, awsBackup: _vaults, ...rest } = compiled;
  const { slack: _slack, https: _https, ...thresholds } = compiled.alerts;
  const { namespace, cluster, replicaCluster, image } = compiled.kubernetes;
  return {
    ...rest,
    title: null,
    retired: [],
    kubernetes: { namespace, cluster, replicaCluster, image },
    alerts: { ...thresholds, email: [] },
    recovery: { severities: [], phases: [] },
  };
}

/** The same for the pods of one source, with nothing of the others in it. */
export function planOfSource(compiled: CompiledPlan, source: CompiledSource): CompiledPlan {
  const { monitoring: _exporter, ...rest } = planOfPods(compiled);
  const written = new Set(
    source.protections.flatMap(({ tiers }) => tiers.map((tier) => tier.class)),
  );
  return {
    ...rest,
    classes: compiled.classes.filter(({ name }) => written.has(name)),
    sources: [source],
  };
}
