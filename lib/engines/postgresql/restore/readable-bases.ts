import { chainOf, isWhole } from '../../../catalog/backup-objects.ts';
import { isPhysical, type PhysicalManifest } from '../../../catalog/manifest.ts';
import { type Backups, scanBackups } from '../../../catalog/reader.ts';
import { EngineInputError } from '../../input-error.ts';
import type { PostgresqlRun } from '../run.ts';
import { RestoreWindowError } from './errors.ts';

interface ReadableBases {
  /** Full backups, and incremental ones whose chain is whole; oldest first. */
  readonly bases: readonly PhysicalManifest[];
  /** By id: the backup with those that it builds on, the full one first. */
  readonly chains: ReadonlyMap<string, readonly PhysicalManifest[]>;
  readonly hidden: Backups['hidden'];
}

/**
 * The base backups that a restore can begin with. One that cannot be read, or lacks what it builds on, does not stand in
 * the way of the others.
 * @param only the id of the one that was asked for
 * @throws RestoreWindowError if there is none; EngineInputError if the one that was asked for is not there; DamagedError or NewerFormatError if none can be read
 */
export async function readableBases(
  { store, source, report }: PostgresqlRun,
  only: string | undefined,
): Promise<ReadableBases> {
  const { manifests, hidden, unreadable } = await scanBackups(store, source.name);
  const physical = manifests.filter(isPhysical);
  const wanted = physical.filter(({ id }) => only === undefined || id === only);
  const chains = new Map(wanted.map((base) => [base.id, chainOf(base, physical).reverse()]));
  const bases = wanted.filter(({ id }) => isWhole(chains.get(id)?.slice(0, 1) ?? []));
  const broken = wanted.filter((base) => !bases.includes(base));
  if (bases.length > 0) {
    for (const { error } of unreadable) report({ level: 'warning', message: error.message });
    for (const { id } of broken) report({ level: 'warning', message: lacking(id, chains.get(id)) });
    return { bases, chains, hidden };
  }
  if (unreadable[0]) throw unreadable[0].error;
  const [last] = broken.toReversed();
  if (last) throw new RestoreWindowError(lacking(last.id, chains.get(last.id)));
  if (only === undefined) {
    throw new RestoreWindowError(`${store.url} holds no base backup of ${source.name}`);
  }
  throw new EngineInputError(
    manifests.some(({ id }) => id === only)
      ? `${only} is a dump, which comes back into a running server: tidemark load --backup ${only}`
      : `${store.url} holds no base backup ${only} of ${source.name}; see them with: tidemark list`,
  );
}

const lacking = (id: string, chain: readonly PhysicalManifest[] = []): string =>
  `${id} cannot be used: it builds on ${chain[0]?.parent}, of which there is no manifest; restore another base backup`;
