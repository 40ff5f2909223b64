import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { formatSeconds, seconds } from '../values/duration.ts';
import { roleOf } from '../values/rows.ts';

/** Whether what Prometheus is told can be of use. */
export const checkMonitoring = (plan: CheckedPlan): Finding[] => [
  ...nothingToWatch(plan),
  ...looksTooSeldom(plan),
];

/** An exporter that has nothing to say looks as well as one whose sources are all protected. */
function nothingToWatch(plan: CheckedPlan): Finding[] {
  const { monitoring, sources } = plan;
  if (!monitoring || sources.some(({ rows }) => rows.some(({ derived }) => derived))) return [];
  return [
    {
      code: 'TM655',
      severity: 'warning',
      path: pathOf(plan),
      message:
        'this release takes backups of no source of the environment, so Prometheus has nothing to watch',
      value: monitoring,
      remedy: 'leave `monitoring` out of this environment, or add a row that jobs are derived from',
    },
  ];
}

/** What is lost between two looks is only told of after the next one. */
function looksTooSeldom(plan: CheckedPlan): Finding[] {
  const { monitoring, sources } = plan;
  if (!monitoring) return [];
  const every = seconds(monitoring.refresh);
  const ahead = sources.filter(
    ({ rows, objectives }) =>
      objectives.rpoSeconds < every &&
      rows.some(({ derived, kind }) => derived && roleOf(kind) === 'log'),
  );
  if (ahead.length === 0) return [];
  const list = ahead.map((s) => `${s.name} ${formatSeconds(s.objectives.rpoSeconds)}`).join(', ');
  return [
    {
      code: 'TM656',
      severity: 'warning',
      path: `${pathOf(plan)}.refresh`,
      message: `the exporter looks at the store every ${formatSeconds(every)}, and more may be lost in between than the plan allows: ${list}`,
      value: monitoring.refresh,
      remedy: `write refresh: '${Math.max(30, Math.min(...ahead.map((s) => s.objectives.rpoSeconds)))}s' or less`,
    },
  ];
}

const pathOf = ({ settings, environment }: CheckedPlan): string =>
  settings.monitoring ? `environments.${environment}.monitoring` : 'monitoring';
