import type { CompiledPlan } from '../compiled.ts';

/** Where pods run, and how they get their roles there. */
export type Place = Pick<CompiledPlan['kubernetes'], 'cluster' | 'replicaCluster' | 'issuers'>;

/**
 * The cluster that a source is in.
 * @param source default: the plan's own cluster, where everything is that belongs to no source
 */
export const placeOf = ({ kubernetes }: CompiledPlan, source?: string): Place =>
  kubernetes.clusters?.find(({ sources }) => source !== undefined && sources.includes(source)) ??
  kubernetes;
