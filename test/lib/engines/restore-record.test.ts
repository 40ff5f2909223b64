import { pathToFileURL } from 'node:url';
import { readRuns } from '../../../lib/catalog/reader.ts';
import type { PostgresqlRun } from '../../../lib/engines/postgresql/run.ts';
import { recordRestore } from '../../../lib/engines/restore-record.ts';
import type { RunEvent } from '../../../lib/engines/run.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { derivedSources } from '../../../lib/plan/compiled.ts';
import { StoreAccessError } from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import plan from '../../../plans/quickstart.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

describe('recordRestore', () => {
  let folder: TempFolder;
  let run: PostgresqlRun;
  let events: RunEvent[];
  beforeEach(async () => {
    folder = await tempFolder('record');
    events = [];
    const { compiled } = compile(plan, 'development');
    const [source] = compiled ? derivedSources(compiled) : [];
    if (!compiled || source?.engine !== 'postgresql')
      throw new Error('plans/quickstart.ts does not compile');
    run = {
      store: await openStore(pathToFileURL(folder.path).href),
      compiled,
      source,
      signal: new AbortController().signal,
      now: () => new Date('2026-11-21T02:05:00Z'),
      report: (event) => events.push(event),
    };
  });
  afterEach(() => folder.remove());

  const startedAt = new Date('2026-11-21T02:00:00Z');
  const records = () =>
    readRuns(run.store, run.source.name, { from: startedAt, to: startedAt, action: 'restore' });

  test('keeps what was restored, and why it failed', async () => {
    await recordRestore(run, { startedAt, backup: 'b', target: '/data', error: null });
    await recordRestore(run, { startedAt, backup: null, target: '/x', error: new Error('no way') });
    expect((await records()).sort((a, b) => a.target.localeCompare(b.target))).toMatchObject([
      { target: '/data', backup: 'b', outcome: 'succeeded', error: null },
      { target: '/x', backup: null, outcome: 'failed', error: 'no way' },
    ]);
    expect(events).toEqual([]);
  });

  test('only warns where nothing may be written', async () => {
    const { store } = run;
    const readOnly = Object.create(store, {
      put: { value: () => Promise.reject(new StoreAccessError('not permitted')) },
    });
    await recordRestore(
      { ...run, store: readOnly },
      { startedAt, backup: 'b', target: '/data', error: null },
    );
    expect(events).toMatchObject([
      { level: 'warning', message: expect.stringMatching(/no record .*: not permitted$/) },
    ]);
  });
});
