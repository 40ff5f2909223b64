import type { z } from 'zod';
import type { Remark } from '../../plan/values/remark.ts';
import { TIERS, type Tier } from '../../plan/values/retention.ts';
import { startsSchedule } from '../../plan/values/starts.ts';
import type { kubernetesSourceSchema } from './plan.ts';
import { tierSchedules } from './plan-tiers.ts';

type Config = z.output<typeof kubernetesSourceSchema>;

export const kubernetesRemarks = (config: Config): Remark[] => [
  ...configurationLeftOut(config),
  ...tiersUnsaid(config),
  ...storageUnknown(config),
  ...snapshotsStay(config),
  ...neverReadAgain(config),
];

/** What every restore of a namespace needs, and nobody misses before. */
const CONFIGURATION = ['configmaps', 'secrets'];

function configurationLeftOut({ resources }: Config): Remark[] {
  if (!resources) return [];
  const { include, exclude = [] } = resources;
  const without = CONFIGURATION.filter(
    (kind) => exclude.includes(kind) || (include !== undefined && !include.includes(kind)),
  );
  if (without.length === 0) return [];
  return [
    {
      code: 'TM660',
      severity: 'warning',
      keys: ['resources'],
      message: `${without.join(' and ')} are in no backup of the cluster: what is restored has nothing to start with`,
      remedy: `take ${without.join(' and ')} in, or say in an exemption where they come from`,
    },
  ];
}

/** Which starts are the longer tiers' does not depend on the day that weeks start on, only whether cron can say it. */
const ANY_WEEK = 'monday';

function tiersUnsaid({ protect }: Config): Remark[] {
  return protect.flatMap((row, index) => {
    const { keep } = row;
    if (keep === undefined || typeof keep === 'string') return [];
    const { cron } = startsSchedule(row);
    const { unsaid } = tierSchedules(cron, tiersOf(keep), ANY_WEEK);
    if (unsaid.length === 0) return [];
    return [
      {
        code: 'TM661',
        severity: 'error',
        keys: ['protect', String(index), 'keep'],
        message: `Velero keeps all backups of a Schedule equally long, so each tier is a Schedule; no cron expression says which starts of '${cron}' are the first of each ${unsaid.map((tier) => PERIODS[tier]).join(' and ')}`,
        remedy: "start every day, such as at: '05:00', or keep everything equally long",
      },
    ];
  });
}

const PERIODS: Readonly<Record<Tier, string>> = {
  hourly: 'hour',
  daily: 'day',
  weekly: 'week',
  monthly: 'month',
  yearly: 'year',
};

const tiersOf = (keep: Partial<Record<Tier, unknown>>) =>
  TIERS.filter((tier) => keep[tier] !== undefined).map((tier) => ({ tier, class: '' }));

function storageUnknown({ protect }: Config): Remark[] {
  return protect.flatMap((row, index) =>
    (['cold', 'archive'] as const)
      .filter((storage) => (row[storage] ?? []).length > 0)
      .map((storage) => ({
        code: 'TM662',
        severity: 'error' as const,
        keys: ['protect', String(index), storage],
        message: `backups of Velero are read and rewritten in place, so none of them moves to ${storage} storage`,
        remedy: `remove ${storage}`,
      })),
  );
}

function snapshotsStay({ snapshotVolumes, moveSnapshots, readVolumes }: Config): Remark[] {
  if (!snapshotVolumes || moveSnapshots || readVolumes) return [];
  return [
    {
      code: 'TM663',
      severity: 'warning',
      keys: ['moveSnapshots'],
      message:
        "volumes are snapshotted and the snapshots stay in the cluster's storage: they are lost with it, and the other region has none",
      remedy:
        'write moveSnapshots: true, or snapshotVolumes: false where the volumes are protected by other means',
    },
  ];
}

function neverReadAgain({ verify }: Config): Remark[] {
  const asked = (['checksums', 'exists', 'size'] as const).find(
    (check) => verify[check] !== undefined,
  );
  if (asked === undefined) return [];
  return [
    {
      code: 'TM664',
      severity: 'info',
      keys: ['verify', asked],
      message:
        'no job reads the backups that Velero has stored again; that they are taken is told by alerts of Prometheus, that they can be read only by a restore',
      remedy: 'restore a namespace under another name on the schedule of the drills',
    },
  ];
}
