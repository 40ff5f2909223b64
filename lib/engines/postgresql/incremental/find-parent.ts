import { dataObjects } from '../../../catalog/backup-objects.ts';
import { dataPrefix } from '../../../catalog/keys.ts';
import { isPhysical, type Manifest, type PhysicalManifest } from '../../../catalog/manifest.ts';
import { readRuns, scanBackups } from '../../../catalog/reader.ts';
import type { ObjectInfo, ObjectStore } from '../../../stores/store.ts';
import type { PostgresqlRun } from '../run.ts';
import { FullNeededError } from './errors.ts';
import { type Child, chooseParent, keptUntil } from './parent.ts';

/** What is known of the server. */
export type ServerHistory = Pick<Child, 'systemId' | 'timeline'>;

/**
 * Finds what an incremental backup of now builds on: the newest base backup whose chain is whole, whose objects are all
 * there, in which no verification found damage, and which is kept at least as long.
 * @throws FullNeededError that says why there is none
 */
export async function findParent(run: PostgresqlRun, server: ServerHistory): Promise<Manifest> {
  const { store, source } = run;
  const { manifests, unreadable } = await scanBackups(store, source.name);
  for (const { error } of unreadable) run.report({ level: 'warning', message: error.message });
  const backups = manifests.filter(isPhysical);
  const child = { ...server, keptUntil: childKeptUntil(run) };
  const damage = await knownDamage(run, backups);
  for (;;) {
    const choice = chooseParent(backups, child, damage);
    if ('reason' in choice) throw new FullNeededError(choice.reason);
    const lost = await firstLost(store, choice.chain);
    const [parent] = choice.chain;
    if (!lost && parent) return parent;
    // Another one may do.
    if (lost) damage.set(lost.id, lost.reason);
  }
}

/** Its last object is written when its job has to end. */
function childKeptUntil({ source, now }: PostgresqlRun): number {
  const row = source.protections.find(({ kind }) => kind === 'incremental');
  const end = new Date(now().getTime() + (row?.deadlineSeconds ?? 0) * 1000);
  return Math.max(...(row?.tiers ?? []).map((tier) => keptUntil(tier.class, end)));
}

/** What verifications have found since the newest full backup, and not found sound again later. */
async function knownDamage(
  { store, source, now }: PostgresqlRun,
  backups: readonly PhysicalManifest[],
): Promise<Map<string, string>> {
  const damage = new Map<string, string>();
  const full = backups.findLast(({ kind }) => kind === 'full');
  if (!full) return damage;
  const range = { from: new Date(full.startedAt), to: now(), action: 'verify' } as const;
  for (const { backups: verified } of await readRuns(store, source.name, range)) {
    for (const { id, problems } of verified) {
      if (problems[0] === undefined) damage.delete(id);
      else damage.set(id, `a verification found damage in ${id}: ${problems[0]}`);
    }
  }
  return damage;
}

/** Lists instead of reading: who writes backups may not read their data. */
async function firstLost(
  store: ObjectStore,
  chain: readonly Manifest[],
): Promise<{ readonly id: string; readonly reason: string } | undefined> {
  for (const backup of chain) {
    const found = new Map<string, ObjectInfo>();
    const prefix = dataPrefix(backup.class, backup.source, backup.id);
    for await (const info of store.list(prefix)) found.set(info.key, info);
    for (const key of dataObjects(backup)) {
      const info = found.get(key);
      if (!info) return { id: backup.id, reason: `${key} of ${backup.id} is gone` };
      if (info.archived) return { id: backup.id, reason: `${backup.id} is archived` };
    }
  }
  return undefined;
}
