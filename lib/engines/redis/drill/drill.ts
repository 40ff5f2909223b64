import { chown, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { claimStore } from '../../../catalog/reader.ts';
import type { DrillRun } from '../../../catalog/run-record.ts';
import { attempts } from '../../drill-attempt.ts';
import { type DrillNotes, type DrillTarget, noNotes } from '../../drill-notes.ts';
import { recordDrill, wasNotTried } from '../../drill-record.ts';
import { withHidden } from '../../hidden-store.ts';
import { chooseOwner, type Owner, RestoreTargetError } from '../../restore-target.ts';
import { keysIn, keyspaceCounts, readInfo } from '../info.ts';
import { chooseState, type State } from '../restore/choose-state.ts';
import { keyMismatches } from '../restore/compare.ts';
import { type LaidOut, layOut, type Place } from '../restore/lay-out.ts';
import { PrivateRedis } from '../restore/private-server.ts';
import { inspectPlace } from '../restore/restore.ts';
import type { RedisRun } from '../run.ts';
import { checkKeys, databasesOf } from './check-keys.ts';
import { askExpectations, type Expectation, wordsOf } from './expectations.ts';

export interface DrillOptions {
  /** An existing directory with room for the data; the drill makes a folder of its own in it and removes that again. */
  readonly scratch: string;
  readonly target: DrillTarget;
  /** Commands that only read, and what they answer. */
  readonly expectations: readonly Expectation[];
  /** Folder of `redis-server`. @default the PATH */
  readonly binDir?: string;
  /** Who owns the data, when root drills. @default the plan's server */
  readonly owner?: Owner;
}

interface Clock {
  readonly startedAt: Date;
  /** Seconds since then. */
  readonly elapsed: () => number;
}

/**
 * Restores into a scratch folder, starts a server on what came back, looks at every key, and writes a run record of what
 * was found. Nothing is left behind but the record. The record of a drill that failed says so.
 * @throws RestoreTargetError, ArchivedError, EngineInputError if it cannot begin; ForeignStoreError; the signal's reason, after recording it
 */
export async function drillRedis(run: RedisRun, options: DrillOptions): Promise<DrillRun> {
  for (const { query } of options.expectations) wordsOf(query);
  const began = performance.now();
  const clock = { startedAt: run.now(), elapsed: () => (performance.now() - began) / 1000 };
  // A store of somebody else gets no record either.
  await claimStore(run.store, run.compiled.plan, run.compiled.environment, { readOnly: true });
  const folder = await makeScratch(run, options);
  const notes = noNotes(options.target);
  let failure: unknown = null;
  try {
    await perform(withHidden(run), options, { folder, clock, notes });
    run.signal.throwIfAborted();
  } catch (error) {
    failure = run.signal.aborted ? run.signal.reason : error;
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch((error: unknown) => {
    failure ??= error;
  });
  if (wasNotTried(failure)) throw failure;
  const record = await recordDrill(run, { startedAt: clock.startedAt, notes, failure });
  run.signal.throwIfAborted();
  return record;
}

async function makeScratch(
  { source }: RedisRun,
  { scratch, owner }: DrillOptions,
): Promise<string> {
  const chosen = chooseOwner({ ...(owner && { owner }), planOwner: source.settings.server });
  const folder = await mkdtemp(join(resolve(scratch), 'tidemark-drill-')).catch((cause: Error) => {
    throw new RestoreTargetError(
      `cannot make a folder in ${scratch}: ${cause.message}; name a directory that exists and has room for the data`,
      { cause },
    );
  });
  if (chosen) await chown(folder, chosen.uid, chosen.gid);
  return folder;
}

interface Performance {
  readonly folder: string;
  readonly clock: Clock;
  readonly notes: DrillNotes;
}

async function perform(
  run: RedisRun,
  options: DrillOptions,
  { folder, clock, notes }: Performance,
): Promise<void> {
  const { target: wanted } = options;
  const place = await inspectPlace(run, { ...options, target: join(folder, 'data') });
  const state = await chooseState(run, {
    time: wanted instanceof Date ? wanted : 'latest',
    ...(typeof wanted === 'object' && 'backup' in wanted ? { backup: wanted.backup } : {}),
  });
  if (state.kind === 'snapshot') notes.backup = state.snapshot.id;
  const laidOut = await layOut(run, options, place, state);
  notes.phases.fetchSeconds = clock.elapsed();
  run.report({ level: 'info', message: 'starting Redis on what was restored' });
  const server = await start(run, place, laidOut);
  try {
    notes.rtoSeconds = clock.elapsed();
    notes.phases.recoverSeconds = notes.rtoSeconds - notes.phases.fetchSeconds;
    notes.recoveredTo = laidOut.recoveredTo.toISOString();
    if (wanted === 'latest') {
      const lost = clock.startedAt.getTime() - laidOut.recoveredTo.getTime();
      notes.rpoSeconds = Math.max(0, lost) / 1000;
    }
    await look(run, server, { state, laidOut, notes, expectations: options.expectations });
    await server.stop();
    notes.phases.checkSeconds = clock.elapsed() - notes.rtoSeconds;
  } finally {
    await server.quit();
  }
}

/** While it reads, Redis looks at every value from the inside too. */
const start = (run: RedisRun, place: Place, { program, folder }: LaidOut): Promise<PrivateRedis> =>
  PrivateRedis.start({
    ...{ program, ...place, appendonly: { folder }, deep: true, signal: run.signal },
  });

interface Looking {
  readonly state: State;
  readonly laidOut: LaidOut;
  readonly notes: DrillNotes;
  readonly expectations: readonly Expectation[];
}

async function look(
  run: RedisRun,
  { connection }: PrivateRedis,
  { state, laidOut: { counts }, notes, expectations }: Looking,
): Promise<void> {
  const { problems } = notes;
  const attempt = attempts(problems, run.signal);
  const info = await readInfo(connection);
  notes.versions.server = info.get('redis_version') ?? null;
  const keyspace = keyspaceCounts(info);
  notes.counts = { databases: databasesOf(keyspace).length, keys: keysIn(keyspace) };
  if (counts) problems.push(...keyMismatches(counts, keyspace));
  run.report({ level: 'info', message: 'walking over every key' });
  // Of a log nobody has counted the types.
  const types = state.kind === 'snapshot' ? counts : undefined;
  await checkKeys(connection, { counts: types, keyspace, problems, attempt });
  await connection.command('SELECT', '0');
  notes.queries = await askExpectations(connection, expectations, attempt);
}
