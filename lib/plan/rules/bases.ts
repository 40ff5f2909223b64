import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';

export function checkBases(_plan: CheckedPlan): Finding[] {
  return [];
}
