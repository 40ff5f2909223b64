import { scanBackups } from '../../../catalog/reader.ts';
import { formatSeconds } from '../../../plan/values/duration.ts';
import type { PostgresqlRun } from '../run.ts';
import { FullNeededError, NoSummariesError } from './errors.ts';

/** A full backup so many runs ago did not help: the next one would not either, and costs the server as much. */
const RUNS_THAT_A_FULL_HELPS = 2;

/**
 * Whether the run of an incremental backup takes a full one instead.
 * @throws FullNeededError if the plan has none, if it would be ended with this job, again and again, or if it would not help
 */
export async function requireFull(
  { store, source, now }: PostgresqlRun,
  cause: FullNeededError,
): Promise<void> {
  const refuse = (why: string) => {
    throw new FullNeededError(`no incremental backup can be taken: ${cause.message}; ${why}`, {
      cause,
    });
  };
  const rowOf = (wanted: string) => source.protections.find(({ kind }) => kind === wanted);
  const row = rowOf('incremental');
  if (!row || !rowOf('full')) {
    return refuse(
      `the plan of ${source.name} takes no full backups instead: add full({ at: '03:00' }) to sources.${source.name}.protect`,
    );
  }
  if (cause instanceof NoSummariesError) {
    const age = (now().getTime() - cause.since.getTime()) / 1000;
    if (age < RUNS_THAT_A_FULL_HELPS * row.longestGapSeconds) {
      return refuse(
        `that one is only ${formatSeconds(Math.ceil(age))} old, so a full backup would not help: see what the server logs about its WAL summarizer`,
      );
    }
  }
  const { manifests } = await scanBackups(store, source.name);
  const last = manifests.findLast(({ kind }) => kind === 'full');
  const took = last ? (Date.parse(last.completedAt) - Date.parse(last.startedAt)) / 1000 : 0;
  if (took > row.deadlineSeconds) {
    return refuse(
      `a full backup is needed, which took ${formatSeconds(Math.ceil(took))} the last time and does not fit into the ${formatSeconds(row.deadlineSeconds)} of this job: run one with: tidemark backup --kind full`,
    );
  }
}
