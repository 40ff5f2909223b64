import { isDerivedEngine } from '../../engines/registry.ts';
import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';

/** Whether somebody would notice that a backup is missing or worthless. */
export function checkCoverage(plan: CheckedPlan): Finding[] {
  return [
    ...plan.sources.flatMap((source) => [
      ...unverified(source),
      ...unrehearsed(source),
      ...withoutTarget(source),
    ]),
    ...unheard(plan),
    ...withoutSecondCopy(plan),
  ];
}

function unverified(source: CheckedSource): Finding[] {
  const { verify } = source.config;
  if (verify.checksums !== undefined) return [];
  return [
    {
      code: 'TM501',
      severity: 'warning',
      path: source.pathOf('verify', 'checksums'),
      message: `stored backups of ${source.name} are never read again: damage is found when they are needed`,
      remedy: "write verify: { checksums: 'weekly' }",
    },
  ];
}

function unrehearsed(source: CheckedSource): Finding[] {
  const { verify, engine } = source.config;
  const cadence = verify.restore ?? verify.fullRestore;
  if (cadence !== undefined) return isDerivedEngine(engine) ? [] : [drillByHand(source, cadence)];
  return [
    {
      code: 'TM502',
      severity: 'warning',
      path: source.pathOf('verify', 'restore'),
      message: `no drill is planned for ${source.name}: that it can be restored is not tested`,
      remedy: "write verify: { restore: 'monthly' }",
    },
  ];
}

/** A drill that only stands in the plan would be a promise that nobody keeps. */
function drillByHand(source: CheckedSource, cadence: string): Finding {
  const { restore } = source.config.verify;
  return {
    code: 'TM506',
    severity: 'info',
    path: source.pathOf('verify', restore === undefined ? 'fullRestore' : 'restore'),
    message: `the ${cadence} drill of ${source.name} is run by people: this release restores nothing of the engine ${source.config.engine}`,
    value: cadence,
    remedy: 'restore it on that schedule and look at the data',
  };
}

function withoutTarget(source: CheckedSource): Finding[] {
  if (!('restore' in source.config) || source.config.restore !== undefined) return [];
  return [
    {
      code: 'TM505',
      severity: 'warning',
      path: source.pathOf('restore'),
      message: `no restore job is derived for ${source.name}: the plan does not say where recovered data goes`,
      remedy:
        "name an empty volume with room for it: restore: { volumeClaim: 'postgres-restored' }",
    },
  ];
}

function unheard({ alerts, environment, settings }: CheckedPlan): Finding[] {
  if (settings.store) return [];
  const { email, slack, https = [] } = alerts;
  if (email.length > 0 || slack || https.length > 0) return [];
  return [
    {
      code: 'TM503',
      severity: 'warning',
      path: settings.alerts ? `environments.${environment}.alerts.email` : 'alerts.email',
      message: 'nobody is told when a backup fails or is missing',
      value: email,
      remedy: "name at least one address: alerts: { email: ['oncall@example.com'] }",
    },
  ];
}

function withoutSecondCopy({ regions, environment, settings }: CheckedPlan): Finding[] {
  // Where there are none, that is what is wrong.
  if (settings.store || regions.primary === '' || regions.primary !== regions.replica) return [];
  return [
    {
      code: 'TM504',
      severity: 'error',
      path: `${settings.regions ? `environments.${environment}.` : ''}regions.replica`,
      message: `the second copy would be in ${regions.replica} like the first one, and would be lost with it`,
      value: regions.replica,
      remedy: 'name another region for the replica',
    },
  ];
}
