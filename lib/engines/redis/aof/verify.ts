import {
  beganAt,
  chainOf,
  listGenerations,
  readGeneration,
  type StoredGeneration,
} from '../../../catalog/aof.ts';
import { DamagedError } from '../../../catalog/errors.ts';
import type { AofRun, VerifyRun } from '../../../catalog/run-record.ts';
import { MS_PER_DAY } from '../../../plan/values/duration.ts';
import { ObjectNotFoundError } from '../../../stores/errors.ts';
import type { RunContext } from '../../run.ts';
import { AofFormatError } from './errors.ts';
import { damaged, lastByte } from './newest.ts';
import { readAof } from './read.ts';
import { aofRecords, recordKeys } from './records.ts';
import { AofScanner } from './scanner.ts';

/** How many of the newest records are compared with what is there. */
const RECORDS = 20;
/** Of a log that was recorded since, everything has to be there. */
const RECENT_MS = MS_PER_DAY;

/** What of a run it needs. */
type Verifying = Pick<RunContext, 'store' | 'now' | 'signal' | 'report'> & {
  readonly source: { readonly name: string };
};

type Found = NonNullable<VerifyRun['wal']>;

/** `all`; `ends`: whether as much is there as the newest records say, without reading it; else one generation by its id. */
type Part = 'all' | 'ends' | { readonly generation: string };

/**
 * Reads every stored generation of the append-only log again: each object decodes to the bytes that its name has the
 * digest of, the log is one of whole commands, without a gap, and as long as the newest records say.
 */
export async function verifyAof(run: Verifying, part: Part = 'all'): Promise<Found> {
  const { store, source } = run;
  const result: Found = { segments: 0, bytes: 0, problems: [] };
  // Before the log is looked at: it goes on meanwhile, and what is recorded later may not have been there yet.
  const recorded = typeof part === 'object' ? [] : await newestRecords(run);
  const generations: StoredGeneration[] = [];
  for (const place of await listGenerations(store, source.name)) {
    if (typeof part === 'object' && place.id !== part.generation) continue;
    const generation = await readGeneration(store, place);
    if (!generation) continue;
    generations.push(generation);
    if (part !== 'ends') await verifyGeneration(run, generation, result);
  }
  result.problems.push(
    ...shorterThanRecorded(recorded, generations),
    ...withoutBase(recorded.at(-1), generations, run.now()),
  );
  return result;
}

async function verifyGeneration(
  run: Verifying,
  generation: StoredGeneration,
  result: Found,
): Promise<void> {
  const scanner = new AofScanner();
  const chain = new Set(chainOf(generation));
  // Where the chain is damaged, what follows cannot be scanned.
  let whole = true;
  const { base, pieces } = generation;
  const log = pieces.map((piece) => ({ ...piece, piece, size: piece.to - piece.from }));
  for (const wanted of [{ ...base, piece: undefined }, ...log]) {
    const scan = whole && wanted.piece && chain.has(wanted.piece) ? scanner : undefined;
    const problem = await verifyObject(run, wanted, scan);
    if (problem !== undefined) result.problems.push(problem);
    if (scan && problem !== undefined) whole = false;
    result.segments++;
    result.bytes += wanted.storedBytes;
    run.report({ level: 'info', message: 'verifying the append-only log', bytes: result.bytes });
  }
  const end = lastByte(generation);
  const reached = [...chain].at(-1)?.to ?? 0;
  if (reached < end) {
    result.problems.push(
      `the log of generation ${generation.id} has a gap at byte ${reached}: nothing of it behind that can be restored; a newer generation can`,
    );
  }
}

/** Returns what is wrong with it. */
async function verifyObject(
  { store, signal }: Verifying,
  wanted: { readonly key: string; readonly size: number; readonly sha256: string },
  scanner: AofScanner | undefined,
): Promise<string | undefined> {
  try {
    for await (const chunk of readAof(store, wanted, signal)) {
      signal.throwIfAborted();
      scanner?.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    if (!scanner || scanner.boundary === scanner.offset) return undefined;
    return `${wanted.key} ends in the middle of a command`;
  } catch (error) {
    if (error instanceof AofFormatError)
      return `${wanted.key} is no append-only log: ${error.message}`;
    if (!(error instanceof DamagedError || error instanceof ObjectNotFoundError)) throw error;
    return error.message;
  }
}

/** Oldest first; those that tell what was stored. */
async function newestRecords({ store, source, now }: Verifying): Promise<AofRun[]> {
  const to = now();
  const [oldest] = await listGenerations(store, source.name);
  const from = new Date(Math.min(Number(oldest ? beganAt(oldest.id) : to), Number(to) - RECENT_MS));
  const keys = await recordKeys(store, source.name, from, to);
  const records = await aofRecords(store, keys.slice(-RECORDS));
  return records
    .filter(({ durable }) => durable !== null)
    .sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1));
}

/** An end that is missing is not to be seen in what is left. */
function shorterThanRecorded(
  records: readonly AofRun[],
  generations: readonly StoredGeneration[],
): string[] {
  const problems = new Map<string, string>();
  for (const { generation: id, durable } of records) {
    const generation = generations.find((each) => each.id === id);
    if (!generation || durable === null || lastByte(generation) >= durable) continue;
    problems.set(
      generation.id,
      `the log of generation ${id} ends at byte ${lastByte(generation)}, and ${durable} bytes were stored`,
    );
  }
  return [...problems.values()];
}

/** Nor is a log whose base is missing. What is shipped no more may have expired. */
function withoutBase(
  newest: AofRun | undefined,
  generations: readonly StoredGeneration[],
  now: Date,
): string[] {
  if (!newest || Date.parse(newest.endedAt) < now.getTime() - RECENT_MS) return [];
  const { generation: id, durable } = newest;
  if (id === null || generations.some((generation) => generation.id === id)) return [];
  return [damaged(id, undefined, durable ?? 0, now).message];
}
