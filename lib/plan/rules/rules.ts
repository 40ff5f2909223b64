import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { checkAccess } from './access.ts';
import { checkAlarms } from './alarms.ts';
import { checkArchive } from './archive.ts';
import { checkArchiving } from './archiving.ts';
import { checkAwsBackup } from './aws-backup.ts';
import { checkBases } from './bases.ts';
import { checkClusters } from './clusters.ts';
import { checkCollisions } from './collisions.ts';
import { checkContinued } from './continued.ts';
import { checkCosts } from './costs.ts';
import { checkCoverage } from './coverage.ts';
import { checkDeployment } from './deployment.ts';
import { checkDerived } from './derived.ts';
import { checkDrills } from './drills.ts';
import { checkEngines } from './engines.ts';
import { checkLanding } from './landing.ts';
import { checkLifecycle } from './lifecycle.ts';
import { checkLock } from './lock.ts';
import { checkMonitoring } from './monitoring.ts';
import { checkObjectives } from './objectives.ts';
import { checkRecovery } from './recovery.ts';
import { checkReplicaAccount } from './replica-account.ts';
import { checkSchedules } from './schedules.ts';
import { checkServers } from './servers.ts';
import { checkSetup } from './setup.ts';
import { checkSeverities } from './severities.ts';
import { checkSidecars } from './sidecars.ts';
import { checkStore } from './store.ts';
import { checkThinning } from './thinning.ts';
import { checkTiers } from './tiers.ts';
import { checkWindow } from './window.ts';

/** Everything that a plan of sound form may still mean wrongly. */
export function checkRules(plan: CheckedPlan): Finding[] {
  return [
    checkObjectives,
    checkWindow,
    checkBases,
    checkContinued,
    checkDerived,
    checkTiers,
    checkThinning,
    checkLifecycle,
    checkLanding,
    checkCosts,
    checkArchive,
    checkLock,
    checkReplicaAccount,
    checkStore,
    checkSchedules,
    checkCollisions,
    checkCoverage,
    checkDrills,
    checkServers,
    checkEngines,
    checkSidecars,
    checkDeployment,
    checkClusters,
    checkArchiving,
    checkSetup,
    checkRecovery,
    checkSeverities,
    checkAlarms,
    checkMonitoring,
    checkAccess,
    checkAwsBackup,
  ].flatMap((check) => check(plan));
}
