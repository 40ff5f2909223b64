import { CAPABILITIES, LIMITS } from '../../aws-backup/capabilities.ts';
import type { ResolvedAwsBackup, ResolvedGroup } from '../../aws-backup/resolve.ts';
import type { ResourceType } from '../../aws-backup.ts';
import type { CheckedPlan } from '../../compile.ts';
import type { Finding } from '../../findings.ts';
import { days, formatSeconds, SECONDS_PER_DAY } from '../../values/duration.ts';

/** What AWS Backup cannot do with a kind of resource, it leaves out without a word. */
export function checkBackupKinds(_plan: CheckedPlan, awsBackup: ResolvedAwsBackup): Finding[] {
  return [
    ...awsBackup.groups.flatMap((group) => [
      ...withoutCold(awsBackup, group),
      ...ebsTooOften(awsBackup, group),
      ...withoutContinuous(awsBackup, group),
      ...continuousTooLong(awsBackup, group),
    ]),
    ...twice(awsBackup),
  ];
}

const names = (types: readonly ResourceType[]): string =>
  types.map((type) => CAPABILITIES[type].name).join(' and ');

const able = (feature: 'cold' | 'continuous'): string =>
  Object.values(CAPABILITIES)
    .filter((kind) => kind[feature])
    .map(({ name }) => name)
    .join(', ');

function withoutCold(
  awsBackup: ResolvedAwsBackup,
  { name, group, rules }: ResolvedGroup,
): Finding[] {
  const cold = rules.find(({ coldAfterDays }) => coldAfterDays !== null);
  const warm = group.resources.filter((type) => !CAPABILITIES[type].cold);
  if (!cold || warm.length === 0) return [];
  return [
    {
      code: 'TM816',
      severity: 'error',
      path: awsBackup.pathOf('groups', name, 'protect', cold.row, 'cold'),
      message: `recovery points of ${names(warm)} cannot move to cold storage: AWS Backup would keep them warm without a word`,
      value: group.resources,
      remedy: `put them into a group of their own without cold; cold storage is for ${able('cold')}`,
    },
  ];
}

function ebsTooOften(
  awsBackup: ResolvedAwsBackup,
  { name, group, rules }: ResolvedGroup,
): Finding[] {
  if (!group.resources.includes('ebs')) return [];
  return rules
    .filter(
      ({ coldAfterDays, schedule, shortestGapSeconds }) =>
        coldAfterDays !== null &&
        schedule &&
        shortestGapSeconds < LIMITS.ebsColdGapDays * SECONDS_PER_DAY,
    )
    .map(({ row, tier, shortestGapSeconds }) => ({
      code: 'TM816',
      severity: 'error',
      path: awsBackup.pathOf('groups', name, 'protect', row, 'cold'),
      message: `${tier} snapshots of EBS start ${formatSeconds(shortestGapSeconds)} apart, but only those at least ${LIMITS.ebsColdGapDays} d apart can be archived`,
      value: tier,
      remedy: `take '${tier}' out of cold and leave it to monthly and yearly ones, or put EBS into a group of its own`,
    }));
}

function withoutContinuous(
  awsBackup: ResolvedAwsBackup,
  { name, group }: ResolvedGroup,
): Finding[] {
  const row = group.protect.findIndex(({ kind }) => kind === 'continuous');
  const unable = group.resources.filter((type) => !CAPABILITIES[type].continuous);
  if (row < 0 || unable.length === 0) return [];
  return [
    {
      code: 'TM818',
      severity: 'error',
      path: awsBackup.pathOf('groups', name, 'protect', row),
      message: `AWS Backup has no continuous backup of ${names(unable)}: it would take a snapshot a day instead`,
      value: group.resources,
      remedy: `put them into a group of their own with full rows only; continuous backup is for ${able('continuous')}`,
    },
  ];
}

function continuousTooLong(awsBackup: ResolvedAwsBackup, { name, group }: ResolvedGroup) {
  return group.protect.flatMap((row, index): Finding[] => {
    if (row.kind !== 'continuous' || days(row.keep) <= LIMITS.continuousDays) return [];
    return [
      {
        code: 'TM817',
        severity: 'error',
        path: awsBackup.pathOf('groups', name, 'protect', index, 'keep'),
        message: `continuous backup shall reach back ${days(row.keep)} d, but AWS Backup allows ${LIMITS.continuousDays} d`,
        value: row.keep,
        remedy: `write '${LIMITS.continuousDays}d' or less, and a full row for what is kept longer`,
      },
    ];
  });
}

/** A resource in two groups is backed up by both, and can be continuous in one only. */
function twice({ groups, pathOf }: ResolvedAwsBackup): Finding[] {
  return groups.flatMap((later, index) => {
    const same = ({ tag }: ResolvedGroup['group']) =>
      tag.key === later.group.tag.key && tag.value === later.group.tag.value;
    return groups.slice(0, index).flatMap((earlier): Finding[] => {
      const shared = later.group.resources.filter((type) => earlier.group.resources.includes(type));
      if (!same(earlier.group) || shared.length === 0) return [];
      return [
        {
          code: 'TM825',
          severity: 'warning',
          path: pathOf('groups', later.name, 'resources'),
          message: `${names(shared)} with the tag ${later.group.tag.key}=${later.group.tag.value} are in ${earlier.name} and in ${later.name}: both back them up`,
          value: later.group.resources,
          remedy: 'give one of the groups another tag, or take the kind out of it',
        },
      ];
    });
  });
}
