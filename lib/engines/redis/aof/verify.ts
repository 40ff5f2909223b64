import {
  chainOf,
  listGenerations,
  readGeneration,
  type StoredGeneration,
} from '../../../catalog/aof.ts';
import { DamagedError } from '../../../catalog/errors.ts';
import { isOf, listRuns, readRunRecords } from '../../../catalog/reader.ts';
import type { VerifyRun } from '../../../catalog/run-record.ts';
import { ObjectNotFoundError } from '../../../stores/errors.ts';
import type { RunContext } from '../../run.ts';
import { AofFormatError } from './errors.ts';
import { readAof } from './read.ts';
import { AofScanner } from './scanner.ts';

/** How many of the newest records are compared with what is there. */
const RECORDS = 20;

/** What of a run it needs. */
type Verifying = Pick<RunContext, 'store' | 'now' | 'signal' | 'report'> & {
  readonly source: { readonly name: string };
};

type Found = NonNullable<VerifyRun['wal']>;

/**
 * Reads every stored generation of the append-only log again: each object decodes to the bytes that its name has the
 * digest of, the log is one of whole commands, without a gap, and as long as the newest records say.
 */
export async function verifyAof(run: Verifying): Promise<Found> {
  const { store, source } = run;
  const result: Found = { segments: 0, bytes: 0, problems: [] };
  const generations: StoredGeneration[] = [];
  for (const place of await listGenerations(store, source.name)) {
    const generation = await readGeneration(store, place);
    if (!generation) continue;
    generations.push(generation);
    await verifyGeneration(run, generation, result);
  }
  result.problems.push(...(await shorterThanRecorded(run, generations)));
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
  const end = Math.max(0, ...pieces.map(({ to }) => to));
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

/** An end that is missing is not to be seen in what is left. */
async function shorterThanRecorded(
  { store, source, now }: Verifying,
  generations: readonly StoredGeneration[],
): Promise<string[]> {
  const to = now();
  const from = generations[0]?.base.writtenAt ?? to;
  const keys = await listRuns(store, source.name, { from, to });
  const records = await readRunRecords(
    store,
    keys.filter((key) => isOf(key, 'aof')).slice(-RECORDS),
  );
  const problems = new Map<string, string>();
  for (const record of records) {
    if (record.action !== 'aof' || record.durable === null) continue;
    const generation = generations.find(({ id }) => id === record.generation);
    const end = generation && Math.max(0, ...generation.pieces.map((piece) => piece.to));
    if (end === undefined || end >= record.durable) continue;
    problems.set(
      generation?.id ?? '',
      `the log of generation ${record.generation} ends at byte ${end}, and ${record.durable} bytes were stored`,
    );
  }
  return [...problems.values()];
}
