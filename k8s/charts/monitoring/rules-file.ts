import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { type Origin, render } from '../../render.ts';
import { ruleGroups } from './rule-groups.ts';

/** Below the manifests: what a Prometheus without the operator reads. No kustomization has it, for it is no object of Kubernetes. */
const PROMETHEUS_FOLDER = 'prometheus';

/**
 * The alerts as a rules file, whatever reads it: `rule_files` of Prometheus, values of its chart, another product.
 * @param path of the manifests that it is for
 */
export const rulesFile = (
  origin: Origin,
  compiled: CompiledPlan,
  path: string,
): { readonly path: string; readonly files: ReadonlyMap<string, string> } => {
  const groups = ruleGroups(compiled);
  return {
    path: path === '' ? PROMETHEUS_FOLDER : `${path}/${PROMETHEUS_FOLDER}`,
    files: groups.length > 0 ? new Map([['rules.yaml', render(origin, [{ groups }])]]) : new Map(),
  };
};
