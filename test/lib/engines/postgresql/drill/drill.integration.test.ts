import { execFile } from 'node:child_process';
import { chown, mkdir, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readRuns } from '../../../../../lib/catalog/reader.ts';
import type { DrillRun } from '../../../../../lib/catalog/run-record.ts';
import {
  type DrillOptions,
  drillPostgresql,
  drillRoom,
} from '../../../../../lib/engines/postgresql/drill/drill.ts';
import type { PostgresqlRun } from '../../../../../lib/engines/postgresql/run.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import { smallDisk } from '../../../../support/small-disk.ts';
import { filesOf, type History, makeHistory } from '../restore/history.ts';

describe.each([15, 18] as const)('a drill of PostgreSQL %i', (version) => {
  let history: History;
  let scratch: string;
  beforeAll(async () => {
    history = await makeHistory(version);
    scratch = history.newTarget();
    await mkdir(scratch);
    await chown(scratch, history.server.uid, history.server.gid);
  });
  afterAll(() => history?.dispose());

  /** Nothing stays, whatever the drill found. */
  afterEach(async () => {
    expect(await readdir(scratch)).toEqual([]);
    expect(await socketFolders()).toEqual([]);
    await expect(promisify(execFile)('pgrep', ['-f', scratch])).rejects.toMatchObject({ code: 1 });
  });

  async function drill(
    store: string,
    options: Partial<DrillOptions> = {},
    changes: Partial<PostgresqlRun> = {},
  ): Promise<DrillRun> {
    const run = { ...(await history.context(store)), ...changes };
    const { binDir, uid, gid } = history.server;
    return drillPostgresql(run, {
      scratch,
      target: 'latest',
      expectations: [],
      amcheck: false,
      binDir,
      owner: { uid, gid },
      ...options,
    }).finally(() => run.store.close());
  }

  async function recorded(store: string): Promise<DrillRun[]> {
    const run = await history.context(store);
    const range = { from: history.beforeDrop, to: new Date(), action: 'drill' as const };
    return readRuns(run.store, run.source.name, range).finally(() => run.store.close());
  }

  test('of the latest state measures loss and time, reads every row, and is on record', async () => {
    const store = await history.copyStore();
    const began = Date.now();
    const result = await drill(store, { amcheck: true });
    expect(result).toMatchObject({ outcome: 'succeeded', error: null, problems: [] });
    expect(result.target).toBe('latest');
    // What the stream proved counts, not the last commit.
    expect(Date.parse(result.recoveredTo ?? '')).toBeGreaterThanOrEqual(history.quiet.getTime());
    const lost = (Date.parse(result.startedAt) - Date.parse(result.recoveredTo ?? '')) / 1000;
    expect(result.rpoSeconds).toBe(Math.max(0, lost));
    const { fetchSeconds, recoverSeconds, checkSeconds } = result.phases;
    expect(fetchSeconds).toBeGreaterThan(0);
    expect(recoverSeconds).toBeGreaterThan(0);
    expect(result.rtoSeconds).toBeCloseTo((fetchSeconds ?? 0) + (recoverSeconds ?? 0), 6);
    const all = (result.rtoSeconds ?? 0) + (checkSeconds ?? 0);
    expect(all).toBeLessThanOrEqual((Date.now() - began) / 1000);
    const counts = result.counts && 'tables' in result.counts ? result.counts : undefined;
    expect(counts).toMatchObject({ databases: 2, tables: 1, rows: 1004 });
    expect(counts?.indexes).toBeGreaterThan(100);
    expect(result.versions.server).toMatch(new RegExp(`^${version}\\.`));
    expect(await recorded(store)).toEqual([result]);
  });

  test('of a moment has the rows of that moment, and calls nothing lost', async () => {
    const store = await history.copyStore();
    const result = await drill(store, {
      target: history.beforeDrop,
      expectations: [
        { query: 'SELECT count(*) FROM t', expected: String(history.rows.rows) },
        {
          query: `SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM t`,
          expected: history.rows.digest,
        },
        { query: 'SELECT count(*) > 10 FROM t', expected: 'true' },
      ],
    });
    expect(result).toMatchObject({
      outcome: 'succeeded',
      target: history.beforeDrop.toISOString(),
      recoveredTo: history.beforeDrop.toISOString(),
      rpoSeconds: null,
      counts: { tables: 2, rows: history.rows.rows + 1000, indexes: 0 },
    });
  });

  test('of one base backup restores that alone', async () => {
    const store = await history.copyStore();
    const { backup } = await drill(store);
    const result = await drill(store, {
      target: { backup: backup ?? '' },
      expectations: [{ query: `SELECT count(*) FROM t WHERE id <= 5000`, expected: '5000' }],
    });
    expect(result).toMatchObject({ outcome: 'succeeded', target: 'backup', backup });
    expect(result.rpoSeconds).toBeNull();
    expect(result.rtoSeconds).toBeGreaterThan(0);
  });

  test('cannot begin where the disk is too small, and says what to write in the plan', async () => {
    const store = await history.copyStore();
    const run = await history.context(store);
    const { bytes } = await drillRoom(run, 'latest').finally(() => run.store.close());
    // What it fetches is that large.
    const { bytes: fetched } = await history.restore(store, {});
    expect(bytes).toBeGreaterThan(fetched.base + fetched.wal);
    const disk = await smallDisk(8);
    try {
      await expect(drill(store, { scratch: disk.path })).rejects.toThrow(
        /has 8 MiB free; .* need \d+ MiB; write drill: \{ scratch: '\dGiB' \} for \w+ in the plan/,
      );
      expect(await readdir(disk.path)).toEqual([]);
    } finally {
      await disk.dispose();
    }
    expect(await recorded(store)).toEqual([]);
  });

  test('whose expectation is not met failed, with the answer that came', async () => {
    const store = await history.copyStore();
    const query = 'SELECT count(*) FROM far';
    const result = await drill(store, {
      expectations: [
        { query, expected: '7' },
        { query: 'SELECT text FROM t', expected: 'x' },
        { query: 'DELETE FROM far; SELECT true', expected: 'true' },
      ],
    });
    expect(result.outcome).toBe('failed');
    expect(result.problems).toEqual([
      `${query}: the answer is 1004; 7 was expected`,
      expect.stringMatching(/^SELECT text FROM t: relation "t" does not exist$/),
      expect.stringMatching(/cannot insert multiple commands/),
    ]);
    expect(result.queries[0]).toEqual({ query, expected: '7', found: '1004' });
    // It came back all the same.
    expect(result.rtoSeconds).toBeGreaterThan(0);
    expect(result.error).toMatch(/^3 problems, the first: /);
    expect(await recorded(store)).toEqual([result]);
  });

  test.each([
    ['the data directory', /^data\/.*\/base\.tar/],
    ['the WAL', /^wal\/.*\/[0-9A-F]{24}\.zst$/],
  ])('of a store with a flipped byte in %s failed, and nothing is measured', async (_, pattern) => {
    const store = await history.copyStore();
    const path = (await filesOf(store)).findLast((name) => pattern.test(name));
    await flipByte(join(store, path ?? ''));
    const result = await drill(store);
    expect(result).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining(path?.split('/').at(-1)?.slice(0, 8) ?? ''),
      backup: expect.stringMatching(/-full-/),
      recoveredTo: null,
      rpoSeconds: null,
      rtoSeconds: null,
      counts: null,
    });
    expect(await recorded(store)).toEqual([result]);
  });

  test('for which there are no programs failed', async () => {
    const store = await history.copyStore();
    const result = await drill(store, { binDir: '/nowhere' });
    expect(result.error).toMatch(new RegExp(`programs of PostgreSQL ${version}`));
    expect(await recorded(store)).toEqual([result]);
  });

  test('that cannot begin says nothing about the backups', async () => {
    const store = await history.copyStore();
    await expect(drill(store, { scratch: '/nowhere/at/all' })).rejects.toThrow(
      /cannot make a folder in \/nowhere\/at\/all/,
    );
    expect(await recorded(store)).toEqual([]);
  });

  test.each([
    'fetching and checking WAL',
    'starting a server',
    'reading every row of database postgres',
  ])('that is interrupted while %s leaves a failed record and nothing else', async (phase) => {
    const store = await history.copyStore();
    const controller = new AbortController();
    const report = ({ message }: { message: string }) => {
      if (message.startsWith(phase)) controller.abort(new Error('interrupted'));
    };
    await expect(drill(store, {}, { signal: controller.signal, report })).rejects.toThrow(
      'interrupted',
    );
    expect(await recorded(store)).toMatchObject([{ outcome: 'failed', error: 'interrupted' }]);
  });

  test('does not mind another one at the same time', async () => {
    const store = await history.copyStore();
    const results = await Promise.all([drill(store), drill(store, { target: history.beforeDrop })]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(await recorded(store)).toHaveLength(2);
  });
});

/** Of this process. */
async function socketFolders(): Promise<string[]> {
  const names = await readdir(tmpdir());
  return names.filter((name) => name.startsWith(`tidemark-${process.pid}-`));
}
