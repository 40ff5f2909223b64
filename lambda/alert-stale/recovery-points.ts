import {
  type BackupClient,
  paginateListRecoveryPointsByBackupVault,
  type RecoveryPointByBackupVault,
} from '@aws-sdk/client-backup';
import type {
  CompiledAwsBackup,
  CompiledBackupGroup,
  CompiledBackupRule,
} from '../../lib/plan/aws-backup/compiled.ts';
import { formatSeconds, SECONDS_PER_DAY } from '../../lib/plan/values/duration.ts';
import type { Side } from '../../lib/storage/location.ts';

export interface GroupStatus {
  readonly group: string;
  /** Sentences: of each rule and resource what is missing. */
  readonly overdue: readonly string[];
}

/** What is known of a recovery point. */
type Point = Pick<
  RecoveryPointByBackupVault,
  'ResourceArn' | 'Status' | 'CreationDate' | 'CreatedBy'
>;

/** A copy begins when its original is complete, and large ones take their time. */
const COPY_SECONDS = SECONDS_PER_DAY;

/**
 * A resource that had recovery points and gets none any more is missed for a week: it has failed, lost its tag, or was
 * removed, which nobody but its owners can tell apart.
 */
const MISSED_SECONDS = 7 * SECONDS_PER_DAY;

/** Recovery points that can be restored from; a continuous one is available as long as it goes on. */
const USABLE: readonly (string | undefined)[] = ['AVAILABLE', 'COMPLETED'];

/**
 * All that a vault holds and the status of its groups depends on: the newest usable recovery point of each rule and
 * resource. A vault may hold hundreds of each.
 */
export async function readPoints(
  client: BackupClient,
  { vault, groups }: CompiledAwsBackup,
  now: Date,
): Promise<Point[]> {
  const rules = groups.flatMap((group) => group.rules);
  // A continuous recovery point is as old as its rule.
  const all = rules.some(({ tier }) => tier === null);
  const longest = Math.max(...rules.map((rule) => windowOf(rule)));
  const query = {
    BackupVaultName: vault,
    ...(!all && { ByCreatedAfter: new Date(now.getTime() - longest * 1000) }),
  };
  const newest = new Map<string, Point>();
  for await (const page of paginateListRecoveryPointsByBackupVault(
    { client, pageSize: 1000 },
    query,
  )) {
    for (const point of page.RecoveryPoints ?? []) keepNewest(newest, point);
  }
  return [...newest.values()];
}

function keepNewest(newest: Map<string, Point>, point: Point): void {
  const { ResourceArn, Status, CreationDate, CreatedBy } = point;
  if (!isUsable(point)) return;
  const key = JSON.stringify([CreatedBy?.BackupPlanName, CreatedBy?.BackupRuleName, ResourceArn]);
  const known = newest.get(key);
  if (known && timeOf(known) >= timeOf(point)) return;
  newest.set(key, { ResourceArn, Status, CreationDate, CreatedBy });
}

const isUsable = ({ Status }: Point): boolean => USABLE.includes(Status);

const timeOf = ({ CreationDate }: Point): number => CreationDate?.getTime() ?? 0;

/** Longer than any allowance, so that everything that counts lies within. */
const windowOf = ({ overdueSeconds }: CompiledBackupRule): number =>
  overdueSeconds + COPY_SECONDS + MISSED_SECONDS;

/** Pure: what a group of resources lacks. @param points of each vault that could be looked at */
export function groupStatus(
  group: CompiledBackupGroup,
  points: Partial<Readonly<Record<Side, readonly Point[]>>>,
  now: Date,
): GroupStatus {
  const overdue = group.rules.flatMap((rule) => {
    const of = (side: Side, allowed: number): string[] => {
      const all = points[side];
      if (!all) return [];
      const what = `${group.plan}/${rule.name}${side === 'replica' ? ', copies' : ''}`;
      return missing(all.filter(isOf(group, rule)), rule, allowed, now).map(
        (sentence) => `${what}: ${sentence}`,
      );
    };
    return [
      ...of('primary', rule.overdueSeconds),
      ...(rule.copy ? of('replica', rule.overdueSeconds + COPY_SECONDS) : []),
    ];
  });
  return { group: group.name, overdue };
}

const isOf =
  (group: CompiledBackupGroup, rule: CompiledBackupRule) =>
  ({ CreatedBy }: Point): boolean =>
    CreatedBy?.BackupPlanName === group.plan && CreatedBy.BackupRuleName === rule.name;

function missing(
  points: readonly Point[],
  rule: CompiledBackupRule,
  allowedSeconds: number,
  now: Date,
): string[] {
  const usable = points.filter(isUsable);
  const newest = new Map<string, number>();
  for (const point of usable) {
    const { ResourceArn = '' } = point;
    const created = rule.tier === null ? now.getTime() : timeOf(point);
    const age = (now.getTime() - created) / 1000;
    newest.set(ResourceArn, Math.min(age, newest.get(ResourceArn) ?? Infinity));
  }
  const known = [...newest].filter(([, age]) => age <= allowedSeconds + MISSED_SECONDS);
  if (known.length === 0) return ['there is no recovery point, or none of the last weeks'];
  return known
    .filter(([, age]) => age > allowedSeconds)
    .map(([arn, age]) => `the newest recovery point of ${arn} is ${formatSeconds(age)} old`);
}
