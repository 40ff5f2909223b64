import { derivedSources } from '../../plan/compiled.ts';
import { loadPlan, planNames } from '../../plan/load.ts';
import { compiledPlan, type PlanOptions } from '../plan-input.ts';
import type { PlanValues } from './candidates.ts';

/** Names that a plan has, out of the plan that the line names already. */
export const planValues: PlanValues = async (name, given) => {
  const { plan } = given;
  switch (name) {
    case 'plan':
      return planNames();
    case 'env':
      return plan === undefined ? [] : environmentsOf(await loadPlan(plan));
    case 'source':
      return sourcesOf(given);
    case 'to':
      return ['latest'];
    default:
      return [];
  }
};

function environmentsOf(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null || !('environments' in plan)) return [];
  const { environments } = plan;
  return typeof environments === 'object' && environments !== null ? Object.keys(environments) : [];
}

async function sourcesOf(options: PlanOptions): Promise<string[]> {
  return derivedSources(await compiledPlan(options)).map(({ name }) => name);
}
