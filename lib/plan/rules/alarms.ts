import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { compileRow } from '../protections.ts';
import { formatSeconds, seconds } from '../values/duration.ts';
import { type Kind, roleOf } from '../values/rows.ts';

/** Whether alarms ring when the plan says, and not before something is wrong. */
export function checkAlarms({ alerts, environment, settings, sources }: CheckedPlan): Finding[] {
  const { after } = alerts.missing;
  if (after === undefined) return [];
  const early = sources.flatMap(({ name, rows }) =>
    rows.filter(isRenewed).flatMap((row) => {
      const { overdueSeconds } = compileRow(row);
      return overdueSeconds > seconds(after)
        ? [{ what: `${row.kind} of ${name}`, overdueSeconds }]
        : [];
    }),
  );
  if (early.length === 0) return [];
  const list = early.map((row) => `${row.what} ${formatSeconds(row.overdueSeconds)}`).join(', ');
  return [
    {
      code: 'TM508',
      severity: 'warning',
      path: `${settings.alerts ? `environments.${environment}.` : ''}alerts.missing.after`,
      message: `while everything goes as planned, the newest backup may be older than ${formatSeconds(seconds(after))}: ${list}; an alarm that rings then would be a false one, so it rings only after the time that the schedule allows`,
      value: after,
      remedy: `write after: '${Math.ceil(Math.max(...early.map((row) => row.overdueSeconds)) / 3600)}h' or more, run these backups more often, or limit their time with \`within\``,
    },
  ];
}

/** A schedule makes a new one, whatever happened since; a backup on change may be old and right. */
const isRenewed = ({ kind, schedule }: { kind: Kind; schedule: unknown }): boolean =>
  schedule !== null && roleOf(kind) === 'point' && kind !== 'change';
