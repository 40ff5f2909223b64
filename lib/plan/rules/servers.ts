import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';

export function checkServers(_plan: CheckedPlan): Finding[] {
  return [];
}
