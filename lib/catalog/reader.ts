import { z } from 'zod';
import { ObjectExistsError } from '../stores/errors.ts';
import type { ObjectStore, PutOptions } from '../stores/store.ts';
import { DamagedError, ForeignStoreError, NewerFormatError } from './errors.ts';
import { CATALOG, manifestPrefix, runKey, runsPrefix, STORE_KEY } from './keys.ts';
import { MANIFEST_FORMAT, type Manifest, manifestSchema } from './manifest.ts';
import { RUN_FORMAT, type RunRecord, runRecordSchema } from './run-record.ts';
import { readSmall, writeSmall } from './small-objects.ts';

/** Version of the layout of a store. */
const STORE_FORMAT = 1;

const storeSchema = z.strictObject({
  format: z.literal(STORE_FORMAT),
  plan: z.string(),
  environment: z.string(),
});

const DAY_MS = 86_400_000;

/**
 * Makes sure that the store is this plan's and environment's: the first writer claims it, everybody else compares.
 * @throws ForeignStoreError, NewerFormatError
 */
export async function claimStore(
  store: ObjectStore,
  plan: string,
  environment: string,
  options: { readonly readOnly?: boolean } = {},
): Promise<void> {
  if ((await store.head(STORE_KEY)) === undefined) {
    if (options.readOnly) return;
    const text = `${JSON.stringify({ format: STORE_FORMAT, plan, environment })}\n`;
    try {
      await writeSmall(store, STORE_KEY, text);
      return;
    } catch (error) {
      // Somebody else claimed it in the meantime: it is looked at like any other.
      if (!(error instanceof ObjectExistsError)) throw error;
    }
  }
  const found = parse(storeSchema, await readJson(store, STORE_KEY), STORE_KEY, STORE_FORMAT);
  if (found.plan !== plan || found.environment !== environment) {
    throw new ForeignStoreError(
      `${store.url} belongs to plan ${found.plan}, environment ${found.environment}, not to plan ${plan}, environment ${environment}; give this one a store of its own`,
    );
  }
}

export interface Backups {
  /** Oldest first. */
  readonly manifests: Manifest[];
  /** Manifests that are damaged or newer than this program. */
  readonly unreadable: { readonly key: string; readonly error: DamagedError | NewerFormatError }[];
}

/** Every backup of a source, in whatever class it was written, oldest first. @throws the first unreadable manifest's error */
export async function readBackups(store: ObjectStore, source: string): Promise<Manifest[]> {
  const { manifests, unreadable } = await scanBackups(store, source);
  if (unreadable[0]) throw unreadable[0].error;
  return manifests;
}

/** The same, but manifests that cannot be read are listed instead of thrown. */
export async function scanBackups(store: ObjectStore, source: string): Promise<Backups> {
  const manifests: Manifest[] = [];
  const unreadable: Backups['unreadable'] = [];
  for await (const folder of store.listNames(`${CATALOG}/`)) {
    for await (const { key } of store.list(manifestPrefix(folder.replace(/\/$/, ''), source))) {
      try {
        manifests.push(await readManifest(store, key));
      } catch (error) {
        if (!(error instanceof DamagedError || error instanceof NewerFormatError)) throw error;
        unreadable.push({ key, error });
      }
    }
  }
  manifests.sort((a, b) => (a.consistentAt < b.consistentAt ? -1 : 1));
  return { manifests, unreadable };
}

async function readManifest(store: ObjectStore, key: string): Promise<Manifest> {
  const manifest = parse(manifestSchema, await readJson(store, key), key, MANIFEST_FORMAT);
  if (!key.endsWith(`/${manifest.class}/${manifest.source}/${manifest.id}.json`)) {
    throw new DamagedError(
      `${key} describes another backup (${manifest.class}/${manifest.source}/${manifest.id}); it must not be used`,
    );
  }
  return manifest;
}

/** Writes what a run did; run records are never replaced. */
export async function recordRun(
  store: ObjectStore,
  record: RunRecord,
  options: PutOptions = {},
): Promise<void> {
  const text = `${JSON.stringify(runRecordSchema.parse(record), null, 2)}\n`;
  await writeSmall(store, runKey(record.source, record.id), text, options);
}

/** Requests at a time: run records are many and small. */
const CONCURRENCY = 16;

/** Run records of the days from `from` to `to` (UTC), oldest first; of one action if it is named. */
export async function readRuns<A extends RunRecord['action'] = RunRecord['action']>(
  store: ObjectStore,
  source: string,
  range: { readonly from: Date; readonly to: Date; readonly action?: A },
): Promise<Extract<RunRecord, { action: A }>[]> {
  const keys: string[] = [];
  const last = Math.floor(range.to.getTime() / DAY_MS);
  for (let day = Math.floor(range.from.getTime() / DAY_MS); day <= last; day++) {
    const name = new Date(day * DAY_MS).toISOString().slice(0, 10);
    for await (const { key } of store.list(runsPrefix(source, name))) {
      if (range.action === undefined || key.includes(`-${range.action}-`)) keys.push(key);
    }
  }
  const records: RunRecord[] = new Array(keys.length);
  const waiting = keys.entries();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const [index, key] of waiting) {
        records[index] = parse(runRecordSchema, await readJson(store, key), key, RUN_FORMAT);
      }
    }),
  );
  const wanted = (record: RunRecord): record is Extract<RunRecord, { action: A }> =>
    range.action === undefined || record.action === range.action;
  return records.filter(wanted);
}

async function readJson(store: ObjectStore, key: string): Promise<unknown> {
  const text = await readSmall(store, key);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DamagedError(
      `${key} is not JSON (${(cause as Error).message}); it was altered or cut short and must not be used`,
      { cause },
    );
  }
}

function parse<T>(schema: z.ZodType<T>, json: unknown, key: string, format: number): T {
  const found = z.looseObject({ format: z.number() }).safeParse(json);
  if (found.success && found.data.format > format) {
    throw new NewerFormatError(
      `${key} has format ${found.data.format}; this tidemark reads up to ${format}: use the version that wrote it, or a newer one`,
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new DamagedError(
    `${key} is not what tidemark writes (${issue?.path.join('.') || 'root'}: ${issue?.message}); it was altered and must not be used`,
  );
}
