import { z } from 'zod';
import { MS_PER_DAY } from '../plan/values/duration.ts';
import { ObjectExistsError } from '../stores/errors.ts';
import type { ObjectInfo, ObjectStore, PutOptions } from '../stores/store.ts';
import { DamagedError, ForeignStoreError, NewerFormatError } from './errors.ts';
import {
  CATALOG,
  manifestPrefix,
  runAction,
  runKey,
  runsPrefix,
  STORE_KEY,
  WAL_GAP,
} from './keys.ts';
import { MANIFEST_FORMAT, type Manifest, manifestSchema } from './manifest.ts';
import { RUN_FORMAT, type RunRecord, runRecordSchema } from './run-record.ts';
import { forEach, readJson, writeSmall } from './small-objects.ts';

/** Version of the layout of a store. */
const STORE_FORMAT = 1;

const storeSchema = z.strictObject({
  format: z.literal(STORE_FORMAT),
  plan: z.string(),
  environment: z.string(),
});

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
  const found = await readJson(store, STORE_KEY, storeSchema, STORE_FORMAT);
  if (found.plan !== plan || found.environment !== environment) {
    throw new ForeignStoreError(
      `${store.url} belongs to plan ${found.plan}, environment ${found.environment}, not to plan ${plan}, environment ${environment}; give this one a store of its own`,
    );
  }
}

export interface Backups {
  /** Oldest first. */
  readonly manifests: Manifest[];
  /** Ids of those whose manifest a delete marker hides; none where the store was not asked to see them. */
  readonly hidden: ReadonlySet<string>;
  /** Manifests that are damaged or newer than this program. */
  readonly unreadable: { readonly key: string; readonly error: DamagedError | NewerFormatError }[];
}

/** Every backup of a source, in whatever class it was written, oldest first. @throws the first unreadable manifest's error */
export async function readBackups(store: ObjectStore, source: string): Promise<Manifest[]> {
  const { manifests, unreadable } = await scanBackups(store, source);
  if (unreadable[0]) throw unreadable[0].error;
  return manifests;
}

/**
 * The same, but manifests that cannot be read are listed instead of thrown.
 * @param newestOfKind reads no more than so many of each kind, the newest by the time in their key; default: all
 */
export async function scanBackups(
  store: ObjectStore,
  source: string,
  newestOfKind = Number.POSITIVE_INFINITY,
): Promise<Backups> {
  const manifests: Manifest[] = [];
  const unreadable: Backups['unreadable'] = [];
  const hidden = new Set<string>();
  const found = new Map<string, ObjectInfo>();
  for await (const folder of store.listNames(`${CATALOG}/`)) {
    for await (const info of store.list(manifestPrefix(folder.replace(/\/$/, ''), source))) {
      found.set(info.key, info);
    }
  }
  await forEach(newest([...found.keys()], newestOfKind), async (key) => {
    try {
      const manifest = await readManifest(store, key);
      manifests.push(manifest);
      if (found.get(key)?.hiddenVersion !== undefined) hidden.add(manifest.id);
    } catch (error) {
      if (!(error instanceof DamagedError || error instanceof NewerFormatError)) throw error;
      unreadable.push({ key, error });
    }
  });
  manifests.sort((a, b) => compare(a.consistentAt, b.consistentAt) || compare(a.id, b.id));
  unreadable.sort((a, b) => compare(a.key, b.key));
  return { manifests, hidden, unreadable };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Ids begin with their time and name their kind: `20261121T020000Z-full-9f86d081`. */
function newest(keys: readonly string[], count: number): string[] {
  if (count === Number.POSITIVE_INFINITY) return [...keys];
  const idOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
  const kinds = Map.groupBy(keys, (key) => idOf(key).split('-')[1] ?? '');
  return [...kinds.values()].flatMap((own) =>
    own.sort((a, b) => compare(idOf(a), idOf(b))).slice(-count),
  );
}

/** One manifest by its key. @throws ObjectNotFoundError, DamagedError, NewerFormatError */
export async function readManifest(store: ObjectStore, key: string): Promise<Manifest> {
  const manifest = await readJson(store, key, manifestSchema, MANIFEST_FORMAT);
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

/** Keys of the run records of the days from `from` to `to` (UTC), oldest first. */
export async function listRuns(
  store: ObjectStore,
  source: string,
  range: { readonly from: Date; readonly to: Date },
): Promise<string[]> {
  const days: string[] = [];
  const last = Math.floor(range.to.getTime() / MS_PER_DAY);
  for (let day = Math.floor(range.from.getTime() / MS_PER_DAY); day <= last; day++) {
    days.push(new Date(day * MS_PER_DAY).toISOString().slice(0, 10));
  }
  const keys = await forEach(days, async (day) => {
    const found: string[] = [];
    for await (const { key } of store.list(runsPrefix(source, day))) found.push(key);
    return found;
  });
  return keys.flat();
}

export function readRunRecords(store: ObjectStore, keys: readonly string[]): Promise<RunRecord[]> {
  return forEach(keys, (key) => readJson(store, key, runRecordSchema, RUN_FORMAT));
}

/** Whether the key is one of a run with this action; a run of WAL is one, with or without a gap. */
export function isOf(key: string, action: RunRecord['action']): boolean {
  const found = runAction(key);
  return found === action || (action === 'wal' && found === WAL_GAP);
}

/** Run records of the days from `from` to `to` (UTC), oldest first; of one action if it is named. */
export async function readRuns<A extends RunRecord['action'] = RunRecord['action']>(
  store: ObjectStore,
  source: string,
  range: { readonly from: Date; readonly to: Date; readonly action?: A },
): Promise<Extract<RunRecord, { action: A }>[]> {
  const { action } = range;
  const keys = await listRuns(store, source, range);
  const records = await readRunRecords(
    store,
    action === undefined ? keys : keys.filter((key) => isOf(key, action)),
  );
  const wanted = (record: RunRecord): record is Extract<RunRecord, { action: A }> =>
    action === undefined || record.action === action;
  return records.filter(wanted);
}
