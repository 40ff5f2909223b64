import { verifySlice } from '../../lib/catalog/backup-slices.ts';
import { DamagedError, NewerFormatError } from '../../lib/catalog/errors.ts';
import { manifestKey } from '../../lib/catalog/keys.ts';
import { readManifest, readRuns } from '../../lib/catalog/reader.ts';
import type { WalRun } from '../../lib/catalog/run-record.ts';
import { verifyBackup } from '../../lib/catalog/verify.ts';
import { verifyWal } from '../../lib/engines/postgresql/wal/verify.ts';
import { verifyAof } from '../../lib/engines/redis/aof/verify.ts';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import { MS_PER_DAY } from '../../lib/plan/values/duration.ts';
import { parseRetentionClass } from '../../lib/plan/values/retention.ts';
import {
  ObjectArchivedError,
  ObjectNotFoundError,
  StoreError,
  StoreUnavailableError,
} from '../../lib/stores/errors.ts';
import { seeingHidden } from '../../lib/stores/hidden.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import {
  hasResult,
  type Item,
  type ItemResult,
  keepResult,
  type RunReference,
} from '../shared/work.ts';

export interface PartInput {
  readonly run: RunReference;
  readonly index: number;
  readonly item: Item;
}

export interface PartDeps {
  readonly store: ObjectStore;
  readonly work: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly now: () => Date;
  /** Fires a little before the time is over. */
  readonly signal: AbortSignal;
}

type Found = Pick<ItemResult, 'bytes' | 'problems' | 'segments'>;

/**
 * Verifies one item of a verification and writes down what was found. What another try may not meet again (a store that
 * is away or refuses requests) is thrown; everything else is a result, so that one item spoils no other.
 */
export async function run(input: PartInput, deps: PartDeps): Promise<void> {
  const { run: of, index } = input;
  if (await hasResult(deps.work, of, index)) return;
  await keepResult(deps.work, of, { index, ...(await attempt(input, deps)) });
}

const NOTHING = { bytes: 0, problems: [], segments: null, archived: false, error: null };

async function attempt(
  input: PartInput,
  deps: PartDeps,
): Promise<Omit<ItemResult, 'format' | 'index'>> {
  try {
    return { ...NOTHING, ...(await verify(input, deps)) };
  } catch (error) {
    if (deps.signal.aborted) {
      return {
        ...NOTHING,
        error: `time was over before ${nameOf(input)} was read; run 'tidemark verify --all' in the cluster, which has no limit`,
      };
    }
    if (error instanceof ObjectArchivedError) return { ...NOTHING, archived: true };
    if (error instanceof DamagedError || error instanceof ObjectNotFoundError) {
      return { ...NOTHING, problems: [error.message] };
    }
    if (error instanceof StoreUnavailableError) throw error;
    if (error instanceof StoreError || error instanceof NewerFormatError) {
      return { ...NOTHING, error: error.message };
    }
    throw error;
  }
}

async function verify({ run: { source }, item }: PartInput, deps: PartDeps): Promise<Found> {
  const { signal } = deps;
  switch (item.kind) {
    case 'backup': {
      const key = manifestKey(item.class, source, item.id);
      const store = await storeOf(key, deps);
      const manifest = await readManifest(store, key);
      const { bytes, problems } = await verifyBackup(store, manifest, { signal });
      return { bytes, problems, segments: null };
    }
    case 'slice': {
      const store = await storeOf(manifestKey(item.class, source, item.id), deps);
      const { bytes, problems } = await verifySlice(store, { ...item, source }, item.slice, {
        signal,
      });
      return { bytes, problems: [...problems], segments: null };
    }
    case 'wal':
      // Of the log nothing is held, so that what is hidden is gone on purpose.
      return verifyLog(source, item.generation, deps);
  }
}

/** Each engine's log, in its own way. */
async function verifyLog(source: string, generation: string | undefined, deps: PartDeps) {
  const { store, compiled, now, signal } = deps;
  const engine = compiled.sources.find(({ name }) => name === source)?.engine;
  if (engine !== 'redis') {
    return verifyWal(store, source, await walRuns(source, deps), { signal });
  }
  const run = { store, source: { name: source }, now, signal, report: () => undefined };
  return verifyAof(run, generation === undefined ? 'ends' : { generation });
}

/**
 * A hidden backup is verified as long as it is held, and hidden is all of it. Of a visible one, an object that is hidden is
 * as good as gone.
 */
const storeOf = async (manifest: string, { store }: PartDeps): Promise<ObjectStore> =>
  (await store.head(manifest)) ? store : seeingHidden(store);

/** For as long as WAL is kept, and a day more because expiry is late rather than early. */
async function walRuns(source: string, { store, compiled, now }: PartDeps): Promise<WalRun[]> {
  const days = derivedSources(compiled)
    .filter(({ name }) => name === source)
    .flatMap(({ protections }) => protections)
    .filter(({ kind }) => kind === 'wal')
    .flatMap(({ tiers }) => tiers.map((tier) => parseRetentionClass(tier.class).days));
  const to = now();
  const from = days.includes(null)
    ? new Date(0)
    : new Date(to.getTime() - (Math.max(0, ...days.map(Number)) + 1) * MS_PER_DAY);
  return readRuns(store, source, { from, to, action: 'wal' });
}

function nameOf({ run: { source }, item }: PartInput): string {
  if (item.kind === 'wal') {
    const log = `the log of ${source}`;
    return item.generation === undefined ? log : `generation ${item.generation} of ${log}`;
  }
  return item.kind === 'backup' ? item.id : `${item.slice.object} of ${item.id}`;
}
