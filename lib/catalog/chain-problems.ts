import { chainOf, isWhole } from './backup-objects.ts';
import type { Manifest } from './manifest.ts';
import type { VerifyRun } from './run-record.ts';

/**
 * What a verification found, with what is wrong about a backup though every byte of its own is as it was written: something
 * that it builds on is not there, or was found damaged as well.
 * @param all backups of the source that are there
 */
export function withChainProblems(
  found: VerifyRun['backups'],
  all: readonly Manifest[],
): VerifyRun['backups'] {
  const damaged = new Set(found.filter(({ problems }) => problems.length > 0).map(({ id }) => id));
  return found.map((backup) => {
    const manifest = all.find(({ id }) => id === backup.id);
    if (!manifest) return backup;
    const chain = chainOf(manifest, all);
    const problems = chain
      .slice(1)
      .filter(({ id }) => damaged.has(id))
      .map(({ id }) => `${backup.id} builds on ${id}, in which damage was found`);
    if (!isWhole(chain)) {
      problems.push(
        `${backup.id} builds on ${chain.at(-1)?.parent}, of which there is no manifest: it cannot be restored`,
      );
    }
    return problems.length === 0
      ? backup
      : { ...backup, problems: [...backup.problems, ...problems] };
  });
}
