import { chainOf, isWhole } from '../../../catalog/backup-objects.ts';
import type { Manifest, PhysicalManifest } from '../../../catalog/manifest.ts';
import { MS_PER_DAY } from '../../../plan/values/duration.ts';
import { parseRetentionClass } from '../../../plan/values/retention.ts';

/**
 * Backups of a chain at most. A restore reads all of them and combines them, and one that is damaged takes everything
 * with it that was built on it.
 */
export const MAX_CHAIN = 8;

/** What an incremental backup that is taken now will be. */
export interface Child {
  /** Of the server, decimal. */
  readonly systemId: string;
  /** That the server writes. */
  readonly timeline: number;
  /** When the last of its objects can expire, in milliseconds since 1970; infinite = never. */
  readonly keptUntil: number;
}

/** When an object of this class that is written at a moment can expire, in milliseconds since 1970. */
export function keptUntil(className: string, written: Date): number {
  const { days } = parseRetentionClass(className);
  return days === null ? Number.POSITIVE_INFINITY : written.getTime() + days * MS_PER_DAY;
}

/**
 * The newest backup that a child can build on, with what it builds on itself, or why there is none. A parent outlives its
 * child, so no expiry takes anything out of the middle of a chain.
 * @param backups base backups of the source that nothing hides, oldest first
 * @param damage what is known to be wrong with some, by id
 */
export function chooseParent(
  backups: readonly PhysicalManifest[],
  child: Child,
  damage: ReadonlyMap<string, string>,
): { readonly chain: readonly Manifest[] } | { readonly reason: string } {
  let reason: string | undefined;
  for (const backup of backups.toReversed()) {
    const chain = chainOf(backup, backups);
    const why = refusal(backup, chain, child, damage);
    if (why === undefined) return { chain };
    // The newest one is the one that somebody expects it to build on.
    reason ??= why;
  }
  return { reason: reason ?? 'there is no base backup yet' };
}

function refusal(
  { id, position, class: className, startedAt }: PhysicalManifest,
  chain: readonly Manifest[],
  child: Child,
  damage: ReadonlyMap<string, string>,
): string | undefined {
  if (position.systemId !== child.systemId) {
    return `${id} is of another cluster (${position.systemId}, and the server is ${child.systemId})`;
  }
  if (position.timeline !== child.timeline) {
    return `${id} is of timeline ${position.timeline}, and the server writes timeline ${child.timeline} since it was promoted or restored`;
  }
  if (!isWhole(chain)) {
    return `${id} builds on ${chain.at(-1)?.parent}, of which there is no manifest`;
  }
  const damaged = chain.find((link) => damage.has(link.id));
  if (damaged) return `${damage.get(damaged.id)}`;
  if (chain.length >= MAX_CHAIN) return `${id} is the last of a chain of ${MAX_CHAIN} backups`;
  // Its first object was written soon after it began, and goes first.
  const until = keptUntil(className, new Date(startedAt));
  if (until < child.keptUntil) {
    return `${id} is kept until ${dayOf(until)} and an incremental backup of now until ${dayOf(child.keptUntil)}, so it would lose what it builds on`;
  }
  return undefined;
}

const dayOf = (at: number): string =>
  Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) : 'further notice';
