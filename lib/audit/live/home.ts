import { watchStackId } from '../../plan/account.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import { otherSide, type Side } from '../../storage/location.ts';

/** Where a stack is, and whose credentials see it. */
export interface Home {
  readonly owner: Side;
  readonly region: string;
}

/** @param stack its name */
export function homeOf(stack: string, { plan, environment, regions }: CompiledPlan): Home {
  const named = (id: string): string => `${plan}-${environment}-${id}`;
  for (const side of ['primary', 'replica'] as const) {
    if (stack === named(watchStackId(regions[side]))) {
      return { owner: otherSide(side), region: regions[side] };
    }
  }
  const begin = named(regions.primary);
  const owner = stack === begin || stack.startsWith(`${begin}-sources-`) ? 'primary' : 'replica';
  return { owner, region: regions[owner] };
}
