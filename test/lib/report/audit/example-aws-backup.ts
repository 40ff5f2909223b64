import type { AwsBackupRow } from '../../../../lib/audit/aws-backup/model.ts';
import { DAY, HOUR, PRIMARY, REGIONS, REPLICA } from './example-rows.ts';

const row = (changes: Partial<AwsBackupRow>, line: number): AwsBackupRow => {
  const days = changes.promisedDays === undefined ? 366 : changes.promisedDays;
  const cold = changes.promisedColdAfterDays ?? null;
  return {
    group: 'volumes',
    resources: ['efs', 'ebs'],
    tag: 'backup=tidemark',
    rule: 'monthly',
    tier: 'monthly',
    schedule: { cron: '0 1 1 * *', timezone: 'Etc/UTC' },
    everySeconds: 31 * DAY,
    windowSeconds: 7 * HOUR,
    promisedDays: days,
    promisedColdAfterDays: cold,
    points: (['primary', 'replica'] as const).map((role) => ({
      role,
      region: REGIONS[role],
      vault: 'shop-production-vault',
      keepDays: days,
      coldAfterDays: cold,
      lock: { mode: 'governance', minDays: 35, maxDays: 2557 },
      key: `alias/shop-production-${REGIONS[role]}-vault`,
      place: { file: role === 'primary' ? PRIMARY : REPLICA, line, resource: 'VolumesPlan' },
    })),
    restoreTest: {
      schedule: { cron: '30 6 2 * *', timezone: 'Etc/UTC' },
      place: { file: PRIMARY, line: 3300, resource: 'VolumesTest' },
    },
    kept: true,
    ...changes,
  };
};

/** A group with a monthly and a yearly rule, and a continuous one that stays in its region and nobody tries. */
export const AWS_BACKUP: AwsBackupRow[] = [
  row({}, 3100),
  row({ rule: 'yearly', tier: 'yearly', promisedDays: 2557, promisedColdAfterDays: 30 }, 3140),
  row(
    {
      group: 'databases',
      resources: ['rds'],
      rule: 'continuous',
      tier: null,
      everySeconds: DAY,
      promisedDays: 35,
      points: row({ promisedDays: 35 }, 3200).points.slice(0, 1),
      restoreTest: null,
    },
    3200,
  ),
];
