import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { checkAlarms } from './alarms.ts';
import { checkBases } from './bases.ts';
import { checkCoverage } from './coverage.ts';
import { checkLifecycle } from './lifecycle.ts';
import { checkLock } from './lock.ts';
import { checkObjectives } from './objectives.ts';
import { checkRecovery } from './recovery.ts';
import { checkSchedules } from './schedules.ts';
import { checkServers } from './servers.ts';
import { checkTiers } from './tiers.ts';

/** Everything that a plan of sound form may still mean wrongly. */
export function checkRules(plan: CheckedPlan): Finding[] {
  return [
    checkObjectives,
    checkBases,
    checkTiers,
    checkLifecycle,
    checkLock,
    checkSchedules,
    checkCoverage,
    checkServers,
    checkRecovery,
    checkAlarms,
  ].flatMap((check) => check(plan));
}
