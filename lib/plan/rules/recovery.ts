import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { formatSeconds, seconds } from '../values/duration.ts';

/** Whether the order of recovery brings everything back, and in time. */
export function checkRecovery(plan: CheckedPlan): Finding[] {
  if (plan.plan.recovery.phases.length === 0) return [];
  return [...unknownSources(plan), ...forgottenSources(plan), ...tooLong(plan)];
}

function unknownSources({ plan, sources }: CheckedPlan): Finding[] {
  const names = sources.map(({ name }) => name);
  return plan.recovery.phases.flatMap(({ name: phase, restores }, index) =>
    restores
      .filter((name) => !names.includes(name))
      .map((name) => ({
        code: 'TM801',
        severity: 'error' as const,
        path: `recovery.phases.${index}.restores`,
        message: `${phase} restores ${JSON.stringify(name)}, which is no source of the plan`,
        value: restores,
        remedy: `write one of its sources: ${names.join(', ')}`,
      })),
  );
}

/** Phases that name no source at all are a runbook for people, who know what they restore. */
function forgottenSources({ plan: { recovery }, sources }: CheckedPlan): Finding[] {
  const restored = recovery.phases.flatMap(({ restores }) => restores);
  if (restored.length === 0) return [];
  return sources
    .filter(({ name }) => !restored.includes(name))
    .map(({ name }) => ({
      code: 'TM802',
      severity: 'warning',
      path: 'recovery.phases',
      message: `no phase restores ${name}: after a total loss nobody would be told to`,
      remedy: `add restores: ['${name}'] to the phase in which it comes back`,
    }));
}

function tooLong({ plan, objectives, environment, settings }: CheckedPlan): Finding[] {
  const total = plan.recovery.phases.reduce(
    (sum, { within }) => sum + (within === undefined ? 0 : seconds(within)),
    0,
  );
  if (total <= objectives.rtoSeconds) return [];
  return [
    {
      code: 'TM803',
      severity: 'warning',
      path: `${settings.objectives ? `environments.${environment}.` : ''}objectives.rto`,
      message: `the phases of recovery may take ${formatSeconds(total)} together, more than the objective of ${formatSeconds(objectives.rtoSeconds)}`,
      value: (settings.objectives ?? plan.objectives).rto,
      remedy: 'shorten a phase, or raise the objective',
    },
  ];
}
