import { comparablePlanSchema } from '../../../../lib/audit/diff/comparable-plan.ts';
import { type Change, diffPromises } from '../../../../lib/audit/diff/diff.ts';
import type { Promises } from '../../../../lib/audit/diff/facts.ts';
import { promisesOfPlan } from '../../../../lib/audit/diff/of-plan.ts';
import { compile } from '../../../../lib/plan/compile.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { sentence } from '../../../../lib/report/audit/diff/sentence.ts';

/** Of the plan's only environment, unless one is named. */
export function promises(plan: PlanInput, environment = 'production'): Promises {
  const { compiled, findings } = compile(plan, environment);
  if (!compiled) throw new Error(JSON.stringify(findings, null, 2));
  return promisesOfPlan(comparablePlanSchema.parse(compiled), findings);
}

export const told = (changes: readonly Change[]): string[] =>
  changes.map((change) => `${change.effect}: ${sentence(change)}`);

/** What changing the first plan into the second one does, in words. */
export const diff = (before: PlanInput, after: PlanInput): string[] =>
  told(diffPromises(promises(before), promises(after)));
