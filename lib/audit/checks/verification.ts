import { CATALOG } from '../../catalog/keys.ts';
import { type CompiledPlan, isTaken } from '../../plan/compiled.ts';
import { awsCron } from '../../verification/aws-cron.ts';
import { type Breach, lackAnywhere } from '../breach.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import { isEnabled, type VerificationSchedule } from '../read/verification.ts';
import type { Resource } from '../template.ts';

/** Whether the stored bytes are read again as often as the plan says, and each backup when it appears. */
export function checkVerification(
  schedules: readonly VerificationSchedule[],
  onNewBackup: Resource | undefined,
  compiled: CompiledPlan,
  templates: Place,
): Breach[] {
  const verified = compiled.sources.filter(({ protections }) => protections.some(isTaken));
  return [
    ...(verified.length === 0 ? [] : checkOnNewBackup(onNewBackup, templates)),
    ...verified.flatMap(({ name, verify }) =>
      verify.checksums
        ? checkSchedule(
            schedules.find(({ source }) => source === name),
            name,
            { expression: awsCron(verify.checksums), timezone: verify.checksums.timezone },
            templates,
          )
        : [],
    ),
  ];
}

function checkOnNewBackup(rule: Resource | undefined, templates: Place): Breach[] {
  if (rule && isEnabled(rule)) return [];
  return [
    {
      place: (rule?.body.get('State') ?? rule?.whole)?.place ?? templates,
      message: `${rule ? 'the rule is disabled that has' : 'no rule has'} each backup verified when it appears`,
      remedy: 'restore the AWS::Events::Rule on new manifests: synthesise again',
      lacks: lackAnywhere(`"${CATALOG}/"`),
    },
  ];
}

function checkSchedule(
  found: VerificationSchedule | undefined,
  source: string,
  needed: { readonly expression: string; readonly timezone: string },
  templates: Place,
): Breach[] {
  const need = `the plan needs every backup of ${source} verified at ${needed.expression} ${needed.timezone}`;
  if (!found) {
    return [
      {
        place: templates,
        message: `no schedule verifies ${source}; ${need}`,
        remedy: 'restore the AWS::Scheduler::Schedule: synthesise again',
        lacks: lackAnywhere(`\\"source\\":\\"${source}\\"`),
      },
    ];
  }
  const breach = (at: Located | undefined, message: string): Breach[] => [
    {
      place: (at ?? found.resource.whole).place,
      message: `the verification of ${source} ${message}; ${need}`,
      remedy: 'restore the schedule, or change it in the plan',
    },
  ];
  const { body } = found.resource;
  if (!found.enabled) return breach(body.get('State'), 'is disabled');
  if (found.expression !== needed.expression) {
    return breach(body.get('ScheduleExpression'), `runs at ${found.expression}`);
  }
  return found.timezone === needed.timezone
    ? []
    : breach(body.get('ScheduleExpressionTimezone'), `is timed in ${found.timezone}`);
}
