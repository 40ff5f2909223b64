import { valuesOf as filesOf } from '../../../k8s/values/folder.ts';
import { isDerivedEngine } from '../../../lib/engines/registry.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { definePlan, type PlanInput } from '../../../lib/plan/schema.ts';

/** A plan of the namespace `shop` with these sources, compiled. @throws with the findings where it is wrong */
export function shop(
  sources: PlanInput['sources'],
  environment: Partial<PlanInput['environments'][string]> = {},
): CompiledPlan {
  const plan = definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '2d', rto: '4h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
    alerts: { email: ['oncall@example.com'] },
    environments: { production: { account: '222222222222', ...environment } },
    sources,
    exemptions: Object.values(sources).every(({ engine }) => isDerivedEngine(engine))
      ? []
      : [{ code: 'TM507', path: 'sources', reason: 'other scripts take them for the moment' }],
  });
  const { compiled, findings } = compile(plan, 'production');
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (!compiled) throw new Error(`the plan is wrong: ${JSON.stringify(errors, null, 1)}`);
  return compiled;
}

/** Text of the files below `values/`, by name. */
export const valuesOf = (compiled: CompiledPlan): ReadonlyMap<string, string> =>
  filesOf({ plan: compiled.plan, environment: compiled.environment }, compiled);

/** The text of one of them. @throws where there is none of that name */
export function fileOf(compiled: CompiledPlan, name: string): string {
  const files = valuesOf(compiled);
  const text = files.get(name);
  if (text === undefined) throw new Error(`there is no ${name}, but ${[...files.keys()]}`);
  return text;
}
