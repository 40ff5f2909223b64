import type { CompiledPlan, CompiledSource } from './compiled.ts';

/**
 * What the pods of one source read of a plan: a plan like any other, with nothing in it that concerns only other sources,
 * people, AWS or where pods run. So a change of those is no change for these pods.
 */
export function planOfSource(compiled: CompiledPlan, source: CompiledSource): CompiledPlan {
  const { breakGlass: _people, awsBackup: _vaults, monitoring: _exporter, ...rest } = compiled;
  const { slack: _slack, https: _https, ...thresholds } = compiled.alerts;
  const { namespace, cluster, replicaCluster, image } = compiled.kubernetes;
  const written = new Set(
    source.protections.flatMap(({ tiers }) => tiers.map((tier) => tier.class)),
  );
  return {
    ...rest,
    title: null,
    classes: compiled.classes.filter(({ name }) => written.has(name)),
    retired: [],
    kubernetes: { namespace, cluster, replicaCluster, image },
    alerts: { ...thresholds, email: [] },
    recovery: { severities: [], phases: [] },
    sources: [source],
  };
}
