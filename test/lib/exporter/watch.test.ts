import { claimStore, recordRun } from '../../../lib/catalog/reader.ts';
import type { Sample } from '../../../lib/exporter/gauges.ts';
import { type LookFailure, lookFailureText, Watch } from '../../../lib/exporter/watch.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { GetOptions, ListOptions, ObjectStore } from '../../../lib/stores/store.ts';
import { writeBackup } from '../../support/sample-backup.ts';
import { backupRun } from '../../support/sample-runs.ts';
import { StoreWrapper } from '../../support/store-wrapper.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { plan, source } from '../plan/example.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

/** A store that can be away, as a whole or for one source, and that counts what is read. */
class Faulty extends StoreWrapper {
  away: string | undefined;
  reads: string[] = [];

  override get(key: string, options?: GetOptions) {
    this.#refuse(key);
    this.reads.push(key);
    return super.get(key, options);
  }

  override list(prefix: string, options?: ListOptions) {
    this.#refuse(prefix);
    return super.list(prefix, options);
  }

  override head(key: string) {
    this.#refuse(key);
    return super.head(key);
  }

  #refuse(key: string): void {
    if (this.away !== undefined && key.includes(this.away)) throw new Error(`no answer for ${key}`);
  }
}

let folder: TempFolder;
let store: Faulty;
let files: ObjectStore;
let now: number;
let failures: readonly LookFailure[];
const compiled = compiledOf('database', 'audit');

function compiledOf(...names: string[]): CompiledPlan {
  const sources = Object.fromEntries(
    names.map((name) => {
      const one = source();
      return [name, { ...one, server: { ...one.server, service: `${name}.shop` } }];
    }),
  );
  const made = compile(plan({ sources }), 'production');
  if (!made.compiled) throw new Error(JSON.stringify(made.findings));
  return made.compiled;
}

const watch = (of = compiled): Watch =>
  new Watch({
    store,
    compiled: of,
    refreshSeconds: 300,
    now: () => new Date(now),
    onLook: (found) => {
      failures = found;
    },
  });

const find = (samples: readonly Sample[], gauge: Sample['gauge'], name: string, kind?: string) =>
  samples.find(
    ({ gauge: of, labels }) => of === gauge && labels.source === name && labels.kind === kind,
  )?.value;

beforeEach(async () => {
  folder = await tempFolder('watch');
  files = await openStore(`file://${folder.path}`);
  store = new Faulty(files);
  now = NOW;
  failures = [];
  await writeBackup(files, '2026-11-21T03:00:00Z');
  await recordRun(files, backupRun('2026-11-21T03:10:00Z'));
});
afterEach(() => folder.remove());

test('before the first look it is known of every source that nobody has looked', () => {
  const samples = watch().samples();
  expect(samples.filter(({ gauge }) => gauge === 'looked')).toEqual([
    expect.objectContaining({ value: 0, labels: expect.objectContaining({ source: 'database' }) }),
    expect.objectContaining({ value: 0, labels: expect.objectContaining({ source: 'audit' }) }),
  ]);
});

test('a source that cannot be read does not hide the others, and keeps what was known of it', async () => {
  const seen = watch();
  await seen.look();
  store.away = '/database/';
  now += 300_000;
  await seen.look();
  expect(failures.map(({ source: name }) => name)).toEqual(['database']);
  expect(lookFailureText(failures)).toMatch(/^database could not be looked at: no answer for /);
  const samples = seen.samples();
  expect(find(samples, 'looked', 'database')).toBe(NOW / 1000);
  expect(find(samples, 'looked', 'audit')).toBe(NOW / 1000 + 300);
  expect(find(samples, 'backupNewest', 'database', 'full')).toBe(
    Date.parse('2026-11-21T03:00:00Z') / 1000,
  );
});

test('when the store is back, it is looked at again', async () => {
  const seen = watch();
  store.away = '';
  await seen.look();
  expect(failures).toHaveLength(2);
  store.away = undefined;
  now += 300_000;
  await seen.look();
  expect(failures).toEqual([]);
  expect(find(seen.samples(), 'looked', 'database')).toBe(NOW / 1000 + 300);
});

test('a store of another plan tells nothing about this one', async () => {
  await claimStore(files, 'somebody-else', 'production');
  const seen = watch();
  await seen.look();
  expect(failures).toHaveLength(2);
  expect(String(failures[0]?.error)).toContain('belongs to plan somebody-else');
  expect(find(seen.samples(), 'backupNewest', 'database', 'full')).toBeUndefined();
});

test('what was read once is not read again, and what is new is', async () => {
  const seen = watch();
  await seen.look();
  expect(store.reads.filter((key) => !key.endsWith('tidemark.json'))).toHaveLength(2);
  store.reads = [];
  await recordRun(files, backupRun('2026-11-21T11:10:00Z', { outcome: 'failed', error: 'x' }));
  await seen.look();
  expect(store.reads.filter((key) => !key.endsWith('tidemark.json'))).toEqual([
    expect.stringMatching(/^runs\/database\/2026-11-21\/20261121T111000Z-backup-/),
  ]);
  expect(find(seen.samples(), 'backupFailures', 'database', 'full')).toBe(1);
});

test('fifty sources have fifty times the series of one', async () => {
  const count = (of: Watch) => of.samples().filter(({ labels }) => labels.source).length;
  const one = watch(compiledOf('audit'));
  await one.look();
  const many = watch(compiledOf(...Array.from({ length: 50 }, (_, n) => `audit-${n}`)));
  await many.look();
  expect(count(many)).toBe(50 * count(one));
});

test('it ends when it is told to, also while it waits for the next look', async () => {
  const controller = new AbortController();
  const looked = Promise.withResolvers<void>();
  const seen = new Watch({
    store,
    compiled,
    refreshSeconds: 3600,
    now: () => new Date(now),
    onLook: () => looked.resolve(),
  });
  const ended = seen.run(controller.signal);
  await looked.promise;
  controller.abort();
  await ended;
});

test('it ends when it is told to, also while the store does not answer', async () => {
  const controller = new AbortController();
  const asked = Promise.withResolvers<void>();
  const stuck = new (class extends StoreWrapper {
    override head(): Promise<undefined> {
      asked.resolve();
      return new Promise(() => {});
    }
  })(files);
  const seen = new Watch({
    store: stuck,
    compiled,
    refreshSeconds: 3600,
    now: () => new Date(now),
    onLook: () => {},
  });
  const ended = seen.run(controller.signal);
  await asked.promise;
  controller.abort();
  await ended;
});
