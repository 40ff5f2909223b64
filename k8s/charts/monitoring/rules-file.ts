import { hasExporter } from '../../../lib/access/exporter-role.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { type Origin, render } from '../../render.ts';
import { ruleGroups } from './rule-groups.ts';

/** Below the manifests: what a Prometheus without the operator reads. No kustomization has it, for it is no object of Kubernetes. */
const PROMETHEUS_FOLDER = 'prometheus';

/** The alerts as a rules file, whatever reads it: `rule_files` of Prometheus, values of its chart, another product. */
export const rulesFile = (
  origin: Origin,
  compiled: CompiledPlan,
): { readonly path: string; readonly files: ReadonlyMap<string, string> } => ({
  path: PROMETHEUS_FOLDER,
  files: hasExporter(compiled)
    ? new Map([['rules.yaml', render(origin, [{ groups: ruleGroups(compiled) }])]])
    : new Map(),
});
