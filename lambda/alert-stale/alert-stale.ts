import type { BackupClient } from '@aws-sdk/client-backup';
import { readStatus, type SourceStatus } from '../../lib/catalog/status.ts';
import { isCrossAccount } from '../../lib/plan/account.ts';
import type { CompiledAwsBackup } from '../../lib/plan/aws-backup/compiled.ts';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import type { Side } from '../../lib/storage/location.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { type GroupStatus, groupStatus, readPoints } from './recovery-points.ts';

export interface StaleDeps {
  readonly store: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly now: () => Date;
  /** Of the region of each side. */
  readonly backup: Readonly<Record<Side, BackupClient>>;
}

export interface StaleResult {
  readonly statuses: readonly SourceStatus[];
  readonly groups: readonly GroupStatus[];
  /** What could not be looked at: sources, and AWS Backup. */
  readonly failures: readonly { readonly subject: string; readonly error: unknown }[];
}

/** Looks at every source and at AWS Backup; one that cannot be read does not keep the others from being seen. */
export async function run(deps: StaleDeps): Promise<StaleResult> {
  const { store, compiled, now } = deps;
  const failures: { subject: string; error: unknown }[] = [];
  const look = async <T>(
    subject: string,
    work: () => Promise<readonly T[]>,
  ): Promise<readonly T[]> => {
    try {
      return await work();
    } catch (error) {
      failures.push({ subject, error });
      return [];
    }
  };
  const { awsBackup } = compiled;
  const [groups, ...statuses] = await Promise.all([
    look('AWS Backup', async () => (awsBackup ? lookAtGroups(awsBackup, deps) : [])),
    ...derivedSources(compiled).map((source) =>
      look(source.name, () => readStatus(store, { ...compiled, sources: [source] }, now())),
    ),
  ]);
  return { statuses: statuses.flat(), groups, failures };
}

/** A vault in another account is not ours to look at: what fails to be copied there tells of itself. */
async function lookAtGroups(
  awsBackup: CompiledAwsBackup,
  { compiled, backup, now }: StaleDeps,
): Promise<GroupStatus[]> {
  const at = now();
  const points = {
    primary: await readPoints(backup.primary, awsBackup, at),
    ...(copiesHere(compiled, awsBackup) && {
      replica: await readPoints(backup.replica, awsBackup, at),
    }),
  };
  return awsBackup.groups.map((group) => groupStatus(group, points, at));
}

const copiesHere = (compiled: CompiledPlan, { groups }: CompiledAwsBackup): boolean =>
  !isCrossAccount(compiled) && groups.some(({ rules }) => rules.some(({ copy }) => copy !== null));
