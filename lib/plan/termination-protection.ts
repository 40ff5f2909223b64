import type { CompiledPlan } from './compiled.ts';

/** Whether the stacks of the environment cannot be removed before somebody lifts that. */
export const terminationProtected = ({ environment }: Pick<CompiledPlan, 'environment'>): boolean =>
  environment !== 'development';
