import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { formatSeconds, seconds } from '../values/duration.ts';

/** Whether the times that people are promised agree with the objectives. */
export const checkSeverities = (plan: CheckedPlan): Finding[] => [
  ...slower(plan),
  ...tooLateForSources(plan),
];

/** The worst that can happen has the objective; what is less may take longer, and then says so. */
function slower({ plan: { recovery }, objectives }: CheckedPlan): Finding[] {
  const { rtoSeconds } = objectives;
  // A severity without a time of its own has the objective's.
  const late = recovery.severities.flatMap(({ level, rto }) =>
    rto !== undefined && seconds(rto) > rtoSeconds
      ? [`${level} ${formatSeconds(seconds(rto))}`]
      : [],
  );
  if (late.length === 0) return [];
  const all = late.length === recovery.severities.length;
  return [
    {
      code: 'TM804',
      severity: all ? 'warning' : 'info',
      path: 'recovery.severities',
      message: `the objective is to be back within ${formatSeconds(rtoSeconds)}, and ${all ? 'no severity' : 'not every severity'} promises that: ${late.join(', ')}`,
      value: recovery.severities.map(({ rto }) => rto),
      remedy: all
        ? 'shorten the time of the worst severity, or raise the objective'
        : 'nothing to do if these do not stop the service',
    },
  ];
}

/** Phases come one after the other: a source is back when the one that restores it is over. */
function tooLateForSources({ plan: { recovery }, sources, objectives }: CheckedPlan): Finding[] {
  let passed = 0;
  const over = new Map<string, { readonly phase: string; readonly after: number }>();
  for (const { name, within, restores } of recovery.phases) {
    passed += within === undefined ? 0 : seconds(within);
    for (const source of restores) over.set(source, { phase: name, after: passed });
  }
  return sources.flatMap((source) => {
    const { phase, after } = over.get(source.name) ?? { phase: '', after: 0 };
    const { rtoSeconds } = source.objectives;
    // Where the source has no objective of its own, the sum of all phases is looked at.
    if (after <= rtoSeconds || rtoSeconds >= objectives.rtoSeconds) return [];
    return [
      {
        code: 'TM805',
        severity: 'warning',
        path: `${source.objectivesPath}.rto`,
        message: `${source.name} shall be back within ${formatSeconds(rtoSeconds)}, but ${phase}, which restores it, ends after ${formatSeconds(after)}`,
        value: source.config.objectives?.rto,
        remedy: 'restore it in an earlier phase, shorten the phases before, or raise its objective',
      },
    ];
  });
}
