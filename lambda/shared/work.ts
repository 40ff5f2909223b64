import { z } from 'zod';
import { generationSchema } from '../../lib/catalog/aof.ts';
import { sliceSchema } from '../../lib/catalog/backup-slices.ts';
import { forEach, readJson, writeSmall } from '../../lib/catalog/small-objects.ts';
import { ObjectExistsError } from '../../lib/stores/errors.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';

/**
 * What the steps of one verification tell each other, in a store of its own below `<source>/<run id>/`: the plan, the items
 * that are read in parallel, and a result for each. Everything is written once, so a step may run any number of times.
 */
const WORK_FORMAT = 1;

export const runReferenceSchema = z.strictObject({ source: z.string(), id: z.string() });
/** A verification, by the id that its run record will have. */
export type RunReference = z.infer<typeof runReferenceSchema>;

const backupSchema = z.strictObject({ id: z.string(), class: z.string() });

export const itemSchema = z.discriminatedUnion('kind', [
  /** A whole backup, decoded as well. */
  z.strictObject({ kind: z.literal('backup'), ...backupSchema.shape }),
  z.strictObject({ kind: z.literal('slice'), ...backupSchema.shape, slice: sliceSchema }),
  /** All write-ahead log of the source; of an append-only one a generation, or without one whether all of it is there. */
  z.strictObject({ kind: z.literal('wal'), generation: generationSchema.optional() }),
]);
/** What one function call verifies. */
export type Item = z.infer<typeof itemSchema>;

const planSchema = z.strictObject({
  format: z.literal(WORK_FORMAT),
  run: runReferenceSchema,
  startedAt: z.iso.datetime(),
  /** Whether everything of the source is verified, not one backup. */
  whole: z.boolean(),
  items: z.array(itemSchema),
  /** What was found about backups before any of their data was read. */
  known: z.array(
    z.strictObject({
      ...backupSchema.shape,
      problems: z.array(z.string()),
      archived: z.boolean(),
      /** Why it cannot be verified; null = it can. */
      error: z.string().nullable(),
    }),
  ),
  /** Of manifests that cannot be read, and of what is missing altogether. */
  errors: z.array(z.string()),
});
export type VerificationPlan = z.infer<typeof planSchema>;

const resultSchema = z.strictObject({
  format: z.literal(WORK_FORMAT),
  /** Which item of the plan. */
  index: z.int(),
  bytes: z.int(),
  problems: z.array(z.string()),
  archived: z.boolean(),
  /** Why it was not verified to its end; null = it was. */
  error: z.string().nullable(),
  /** Objects of write-ahead log that were read; null for backups. */
  segments: z.int().nullable(),
});
export type ItemResult = z.infer<typeof resultSchema>;

const folder = ({ source, id }: RunReference): string => `${source}/${id}/`;
const planKey = (run: RunReference): string => `${folder(run)}plan.json`;
const resultsPrefix = (run: RunReference): string => `${folder(run)}results/`;
const resultKey = (run: RunReference, index: number): string =>
  `${resultsPrefix(run)}${String(index).padStart(6, '0')}.json`;

/** A JSON array of the items of a verification, as a distributed map reads it. */
export const itemsKey = (run: RunReference): string => `${folder(run)}items.json`;

/** Below this Step Functions writes how its calls ended. */
export const mapPrefix = (run: RunReference): string => `${folder(run)}map`;

/** List of archived objects, as S3 Batch Operations read it. */
export const archivedKey = (run: RunReference): string => `${folder(run)}archived.csv`;
/** The archived backups themselves. */
export const archivedBackupsKey = (run: RunReference): string => `${folder(run)}archived.json`;
/** Below this S3 writes `job-<id>/manifest.json` and what it refers to. Without a slash at its end, as S3 adds one. */
export const reportPrefix = (run: RunReference): string => `${folder(run)}report`;

const RUN_ID = '\\d{8}T\\d{6}Z-verify-[0-9a-f]{8}';
/** Key of the report of a job, with the source and the id of the run that asked for it. */
export const REPORT_KEY = new RegExp(`^([^/]+)/(${RUN_ID})/report/job-[^/]+/manifest\\.json$`);

/** Undefined while there is none. */
export async function readPlan(
  work: ObjectStore,
  run: RunReference,
): Promise<VerificationPlan | undefined> {
  if (!(await work.head(planKey(run)))) return undefined;
  return readJson(work, planKey(run), planSchema, WORK_FORMAT);
}

/** Writes the plan, unless somebody was faster: the one that is there then. Its items are there as well afterwards. */
export async function keepPlan(
  work: ObjectStore,
  plan: Omit<VerificationPlan, 'format'>,
): Promise<VerificationPlan> {
  await writeOnce(work, planKey(plan.run), JSON.stringify({ format: WORK_FORMAT, ...plan }));
  const kept = await readJson(work, planKey(plan.run), planSchema, WORK_FORMAT);
  await writeOnce(work, itemsKey(plan.run), JSON.stringify(kept.items));
  return kept;
}

export const hasResult = async (
  work: ObjectStore,
  run: RunReference,
  index: number,
): Promise<boolean> => (await work.head(resultKey(run, index))) !== undefined;

/** The first result of an item counts. */
export const keepResult = (
  work: ObjectStore,
  run: RunReference,
  result: Omit<ItemResult, 'format'>,
): Promise<void> =>
  writeOnce(work, resultKey(run, result.index), JSON.stringify({ format: WORK_FORMAT, ...result }));

/** Results by the number of their item; those that are missing were never written. */
export async function readResults(
  work: ObjectStore,
  run: RunReference,
): Promise<Map<number, ItemResult>> {
  const keys: string[] = [];
  for await (const { key } of work.list(resultsPrefix(run))) keys.push(key);
  const results = await forEach(keys, (key) => readJson(work, key, resultSchema, WORK_FORMAT));
  return new Map(results.map((result) => [result.index, result]));
}

/** What is there already stays. */
export async function writeOnce(work: ObjectStore, key: string, text: string): Promise<void> {
  try {
    await writeSmall(work, key, text);
  } catch (error) {
    if (!(error instanceof ObjectExistsError)) throw error;
  }
}
