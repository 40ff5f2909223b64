import type { VerifyRun } from '../../lib/catalog/run-record.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import {
  type Item,
  type ItemResult,
  type RunReference,
  readPlan,
  readResults,
  type VerificationPlan,
} from '../shared/work.ts';
import { type ArchiveDeps, askForDigests } from './archive.ts';
import {
  type ConcludeDeps,
  type Concluded,
  conclude,
  type Findings,
  oneError,
} from './conclude.ts';

export interface CollectDeps extends ConcludeDeps {
  readonly work: ObjectStore;
  readonly archive: ArchiveDeps;
}

/**
 * Puts together what was found about every item into one run record, and has S3 compute digests of what is archived.
 * @throws if the plan of the verification is not there
 */
export async function collect(
  run: RunReference,
  deps: CollectDeps,
): Promise<Concluded & Pick<VerificationPlan, 'whole'>> {
  const planned = await readPlan(deps.work, run);
  if (!planned) throw new Error(`there is no plan of the verification ${run.source}/${run.id}`);
  const findings = findingsOf(planned, await readResults(deps.work, run));
  const refused = await askForDigests(run, findings.skipped ?? [], deps).catch((error: Error) => [
    `S3 could not be asked for digests of archived backups: ${error.message}`,
  ]);
  const error = oneError([findings.error, ...refused]);
  const concluded = await conclude(run, planned.startedAt, { ...findings, error }, deps);
  return { ...concluded, whole: planned.whole };
}

/** Of one backup. */
interface Sum {
  readonly id: string;
  readonly class: string;
  bytes: number;
  archived: boolean;
  readonly problems: string[];
  readonly errors: string[];
}

/** Pure: what the plan knows and the results say about each backup. What has no result was not verified. */
export function findingsOf(
  { items, known, errors }: VerificationPlan,
  results: ReadonlyMap<number, ItemResult>,
): Findings {
  const sums = new Map<string, Sum>();
  const sumOf = ({ id, class: name }: Pick<Sum, 'id' | 'class'>): Sum => {
    const sum = sums.get(id) ?? {
      id,
      class: name,
      bytes: 0,
      archived: false,
      problems: [],
      errors: [],
    };
    sums.set(id, sum);
    return sum;
  };
  for (const backup of known) {
    const sum = sumOf(backup);
    sum.archived ||= backup.archived;
    sum.problems.push(...backup.problems);
    if (backup.error !== null) sum.errors.push(backup.error);
  }
  let wal: VerifyRun['wal'] = null;
  const ofWal: string[] = [];
  for (const [index, item] of items.entries()) {
    const result = results.get(index);
    const error = result ? result.error : `${nameOf(item)} was not read: every try failed`;
    if (item.kind === 'wal') {
      if (error !== null) ofWal.push(error);
      else if (result) wal = plus(wal, result);
      continue;
    }
    const sum = sumOf(item);
    sum.bytes += result?.bytes ?? 0;
    sum.archived ||= result?.archived ?? false;
    sum.problems.push(...(result?.problems ?? []));
    if (error !== null) sum.errors.push(error);
  }
  const all = [...sums.values()];
  const skipped = all.filter(({ archived }) => archived);
  return {
    // Damage is told also of a backup that was not read to its end or is archived in part; sound is only what was read.
    backups: all
      .filter(
        ({ archived, problems, errors: own }) =>
          problems.length > 0 || (!archived && own.length === 0),
      )
      .map(({ id, class: name, bytes, problems }) => ({ id, class: name, bytes, problems })),
    wal,
    error: oneError([...errors, ...all.flatMap((sum) => sum.errors), ...ofWal]),
    ...(skipped.length > 0 && {
      skipped: skipped.map(({ id, class: name }) => ({ id, class: name, reason: 'archived' })),
    }),
  };
}

/** Of a log that is read in several items. */
function plus(sum: VerifyRun['wal'], { segments, bytes, problems }: ItemResult): VerifyRun['wal'] {
  return {
    segments: (sum?.segments ?? 0) + (segments ?? 0),
    bytes: (sum?.bytes ?? 0) + bytes,
    problems: [...(sum?.problems ?? []), ...problems],
  };
}

function nameOf(item: Item): string {
  if (item.kind === 'wal') {
    return item.generation ? `generation ${item.generation} of the log` : 'the log';
  }
  if (item.kind === 'backup') return item.id;
  const { object, parts } = item.slice;
  return `parts ${parts.from} to ${parts.to - 1} of ${object} of ${item.id}`;
}
