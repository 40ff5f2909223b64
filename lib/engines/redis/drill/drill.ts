import { join } from 'node:path';
import type { DrillRun } from '../../../catalog/run-record.ts';
import { attempts } from '../../drill-attempt.ts';
import type { DrillNotes, DrillTarget } from '../../drill-notes.ts';
import type { DrillRoom } from '../../drill-room.ts';
import { type DrillPlace, runDrill } from '../../drill-run.ts';
import { askExpectations, type Expectation } from '../../expectations.ts';
import { withHidden } from '../../hidden-store.ts';
import { chooseOwner, type Owner } from '../../restore-target.ts';
import { makeScratchFolder } from '../../scratch-folder.ts';
import { keysIn, keyspaceCounts, readInfo } from '../info.ts';
import { chooseState, type State, type Wanted } from '../restore/choose-state.ts';
import { keyMismatches } from '../restore/compare.ts';
import { type LaidOut, layOut, neededRoom, type Place } from '../restore/lay-out.ts';
import { PrivateRedis } from '../restore/private-server.ts';
import { inspectPlace } from '../restore/restore.ts';
import type { RedisRun } from '../run.ts';
import { ask, wordsOf } from './ask.ts';
import { checkKeys, databasesOf } from './check-keys.ts';

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

/**
 * Restores into a scratch folder, starts a server on what came back, looks at every key, and writes a run record of what
 * was found.
 * @throws as `runDrill`
 */
export async function drillRedis(run: RedisRun, options: DrillOptions): Promise<DrillRun> {
  for (const { query } of options.expectations) wordsOf(query);
  const { scratch, target, owner } = options;
  return runDrill(run, {
    target,
    makeFolder: async () => {
      const planOwner = run.source.settings.server;
      return makeScratchFolder(scratch, chooseOwner({ ...(owner && { owner }), planOwner }));
    },
    perform: (place) => perform(withHidden(run), options, place),
  });
}

/** What a drill needs. @throws as `chooseState` where there is no such state */
export async function drillRoom(run: RedisRun, target: DrillTarget): Promise<DrillRoom> {
  const state = await chooseState(withHidden(run), wantedOf(target));
  return { backup: state.kind === 'snapshot' ? state.snapshot.id : null, bytes: neededRoom(state) };
}

const wantedOf = (target: DrillTarget): Wanted => ({
  time: target instanceof Date ? target : 'latest',
  ...(typeof target === 'object' && 'backup' in target ? { backup: target.backup } : {}),
});

async function perform(
  run: RedisRun,
  options: DrillOptions,
  { folder, notes, ...phase }: DrillPlace,
): Promise<void> {
  const place = await inspectPlace(run, { ...options, target: join(folder.path, 'data') });
  const state = await chooseState(run, wantedOf(options.target));
  if (state.kind === 'snapshot') notes.backup = state.snapshot.id;
  const laidOut = await layOut(run, options, place, state);
  phase.fetched();
  run.report({ level: 'info', message: 'starting Redis on what was restored' });
  const server = await start(run, place, laidOut);
  try {
    phase.recovered(laidOut.recoveredTo);
    await look(run, server, { state, laidOut, notes, expectations: options.expectations });
    await server.stop();
    phase.checked();
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
  notes.queries = await askExpectations(expectations, attempt, (query) => ask(connection, query));
}
