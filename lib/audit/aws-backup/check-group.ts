import { CAPABILITIES } from '../../plan/aws-backup/capabilities.ts';
import type { CompiledBackupGroup } from '../../plan/aws-backup/compiled.ts';
import { underscored } from '../../plan/aws-backup/names.ts';
import { awsCron } from '../../verification/aws-cron.ts';
import { type Breach, lackAnywhere, lackIn } from '../breach.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import type { BackupPlanFacts, RestoreTestFacts } from './read.ts';

/** Whether all resources of a group are selected, and nothing else decides which they are. */
export function checkSelection(
  plan: BackupPlanFacts | undefined,
  group: CompiledBackupGroup,
  template: Place,
): Breach[] {
  if (!plan) return [noPlan(group, template)];
  const { selection } = plan;
  if (!selection) {
    return [
      {
        place: plan.resource.whole.place,
        message: `backup plan ${group.plan} selects no resources: nothing is backed up`,
        remedy: 'restore the AWS::Backup::BackupSelection: synthesise again',
        lacks: lackAnywhere(`"SelectionName": "${group.name}"`),
      },
    ];
  }
  const at = selection.resource.body.get('BackupSelection') ?? selection.resource.whole;
  const breach = (where: Located, message: string): Breach => ({
    place: where.place,
    message: `backup plan ${group.plan} ${message}`,
    remedy: 'restore the selection, or change the group in the plan',
    lacks: lackIn(where, ''),
  });
  const kinds = group.resources.filter((type) => !selection.arns.includes(CAPABILITIES[type].arns));
  const tag = `aws:ResourceTag/${group.tag.key}=${group.tag.value}`;
  return [
    ...(kinds.length === 0
      ? []
      : [
          breach(
            at.get('Resources') ?? at,
            `does not select ${kinds.join(', ')}; the plan needs it`,
          ),
        ]),
    // More conditions select fewer resources.
    ...(selection.tags.join() === tag
      ? []
      : [
          breach(
            at.get('Conditions') ?? at,
            `selects by ${selection.tags.join(' and ') || 'no tag'}; the plan needs ${tag}`,
          ),
        ]),
    ...['NotResources', 'ListOfTags']
      .flatMap((name) => at.get(name) ?? [])
      .map((other) => breach(other, 'leaves out resources that the plan needs')),
  ];
}

const noPlan = ({ plan, name }: CompiledBackupGroup, template: Place): Breach => ({
  place: template,
  message: `no template has the backup plan ${plan}; the plan needs it for ${name}`,
  remedy: 'restore the AWS::Backup::BackupPlan and its name: synthesise again',
  lacks: lackAnywhere(`"BackupPlanName": "${plan}"`),
});

/** Whether the newest recovery points are restored as often as promised, of every kind of resource. */
export function checkRestoreTest(
  tests: readonly RestoreTestFacts[],
  group: CompiledBackupGroup,
  template: Place,
): Breach[] {
  const { restoreTest } = group;
  if (!restoreTest) return [];
  const name = underscored(group.plan);
  const found = tests.find((test) => test.name === name);
  const need = `the plan needs every recovery point of ${group.name} tried at ${awsCron(restoreTest)} ${restoreTest.timezone}`;
  if (!found) {
    return [
      {
        place: template,
        message: `no template has the restore test ${name}; ${need}`,
        remedy: 'restore the AWS::Backup::RestoreTestingPlan: synthesise again',
        lacks: lackAnywhere(`"RestoreTestingPlanName": "${name}"`),
      },
    ];
  }
  const { body, whole } = found.resource;
  const at = (property: string): Located => body.get(property) ?? whole;
  const untested = group.resources.filter((type) => !found.types.includes(CAPABILITIES[type].name));
  const breach = (where: Located, message: string): Breach => ({
    place: where.place,
    message: `restore test ${name} ${message}; ${need}`,
    remedy: 'restore the test, or change verify.restore of the group',
    lacks: lackAnywhere('RestoreTestingSelection'),
  });
  return [
    ...(found.expression === awsCron(restoreTest)
      ? []
      : [breach(at('ScheduleExpression'), `runs at ${found.expression || 'no time'}`)]),
    ...(found.timezone === restoreTest.timezone
      ? []
      : [breach(at('ScheduleExpressionTimezone'), `is timed in ${found.timezone || 'UTC'}`)]),
    ...(untested.length === 0 ? [] : [breach(whole, `restores no ${untested.join(', ')}`)]),
  ];
}

/** The plan of a group among those of the templates. */
export const planOf = (
  plans: readonly BackupPlanFacts[],
  { plan }: CompiledBackupGroup,
): BackupPlanFacts | undefined => plans.find(({ name }) => name === plan);
