import { runId, WAL_GAP } from '../../../lib/catalog/keys.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { recordRun } from '../../../lib/catalog/reader.ts';
import { readStatus, type StatusInput, sourceStatus } from '../../../lib/catalog/status.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { aof, full, incremental, redis, snapshot, wal } from '../../../lib/plan/language.ts';
import { CADENCE_SCHEDULES } from '../../../lib/plan/values/cadence.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { end, header, writeBackup } from '../../support/sample-backup.ts';
import { aofRun, backupRun, drillRun, verifyRun, walRun } from '../../support/sample-runs.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { plan, protect } from '../plan/example.ts';

function compiledOf(input: unknown): CompiledPlan {
  const { compiled, findings } = compile(input, 'production');
  if (!compiled) throw new Error(JSON.stringify(findings));
  return compiled;
}

const compiled = compiledOf(plan());
const [source] = compiled.sources;
if (!source) throw new Error('no source');

/** The same source, of which incremental backups are taken as well. */
function withIncremental(): typeof source & object {
  const rows = [
    wal({ flush: '60s', keep: '8d' }),
    incremental({ every: '12h', keep: '7d' }),
    full({ at: '03:00', keep: '30d' }),
  ] as const;
  const [found] = compiledOf(protect(...rows)).sources;
  if (!found) throw new Error('no source');
  return { ...found, protections: found.protections.map((p) => ({ ...p, derived: true })) };
}

const NOW = new Date('2026-11-21T12:00:00Z');

const manifest = (at: string, changes: Partial<Manifest> = {}): Manifest => ({
  format: 1,
  ...header({ id: at, startedAt: at }),
  ...end({ consistentAt: at, completedAt: at }),
  files: [],
  storedBytes: 1000,
  logicalBytes: 1000,
  encryption: null,
  signature: null,
  tool: 'tidemark',
  ...changes,
});

/** Nightly backups, WAL that is safe to the minute, a verification and a drill of this week. */
const sound = (): StatusInput => ({
  source,
  minSizeRatio: 0.8,
  manifests: ['18', '19', '20', '21'].map((day) => manifest(`2026-11-${day}T03:00:00Z`)),
  unreadable: [],
  runs: [
    verifyRun('2026-11-16T06:30:00Z', { some: [] }),
    drillRun('2026-11-16T07:30:00Z'),
    backupRun('2026-11-21T03:00:00Z'),
    walRun('2026-11-21T11:58:00Z'),
    walRun('2026-11-21T11:59:30Z'),
  ],
  now: NOW,
});

const statusOf = (changes: Partial<StatusInput> = {}) => sourceStatus({ ...sound(), ...changes });
const without = (action: string) => sound().runs.filter((run) => run.action !== action);
const kindOf = (status: ReturnType<typeof statusOf>, kind: string) => {
  const found = status.protections.find((protection) => protection.kind === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
};

describe('sourceStatus', () => {
  test('is ok, without a reason, when everything is fresh', () => {
    const status = statusOf();
    expect(status).toMatchObject({ source: 'database', health: 'ok', reasons: [], gaps: [] });
    expect(kindOf(status, 'full')).toMatchObject({
      newest: '2026-11-21T03:00:00Z',
      ageSeconds: 9 * 3600,
      overdue: false,
      sizeRatio: 1,
    });
    expect(kindOf(status, 'wal')).toMatchObject({
      newest: '2026-11-21T11:59:30Z',
      ageSeconds: 30,
      overdue: false,
      durable: '0/2000120',
    });
  });

  test('turns critical with the first second in which a kind is overdue', () => {
    const allowed = source.protections.find(({ kind }) => kind === 'full')?.overdueSeconds ?? 0;
    const at = (seconds: number) =>
      statusOf({ now: new Date(Date.parse('2026-11-21T03:00:00Z') + seconds * 1000) });
    expect(kindOf(at(allowed), 'full').overdue).toBe(false);
    expect(kindOf(at(allowed + 1), 'full').overdue).toBe(true);
    expect(at(allowed + 1).health).toBe('critical');
  });

  test('is critical where a kind has nothing yet', () => {
    const status = statusOf({ manifests: [], runs: without('wal') });
    expect(status.health).toBe('critical');
    expect(status.reasons).toEqual(
      expect.arrayContaining(['full: there is none yet', 'wal: there is none yet']),
    );
  });

  test('is critical when WAL is not safe any more, although it is recorded', () => {
    const runs = [...without('wal'), walRun('2026-11-21T11:00:00Z')];
    const status = statusOf({
      runs: [...runs, walRun('2026-11-21T11:59:00Z', { serverTime: '2026-11-21T11:00:00Z' })],
    });
    expect(status.health).toBe('critical');
    expect(status.reasons).toEqual(['wal: the newest is 1 h old']);
  });

  test('warns of a backup below the share of the recent average', () => {
    const newest = (logicalBytes: number) =>
      statusOf({
        manifests: [
          ...sound().manifests.slice(0, 3),
          manifest('2026-11-21T03:00:00Z', { logicalBytes }),
        ],
      });
    expect(newest(800).health).toBe('ok');
    expect(newest(799)).toMatchObject({
      health: 'warning',
      reasons: ['full: the newest has 79 % of the usual size'],
    });
    expect(newest(100).reasons).toEqual(['full: the newest has 10 % of the usual size']);
  });

  test('compares no size where there is nothing to compare with', () => {
    expect(
      kindOf(statusOf({ manifests: [manifest('2026-11-21T03:00:00Z')] }), 'full').sizeRatio,
    ).toBeNull();
  });

  test('does not let old sizes hide a shrinking backup', () => {
    const sizes = [9000, ...Array.from({ length: 7 }, () => 1000), 1000];
    const manifests = sizes.map((logicalBytes, index) =>
      manifest(new Date(Date.UTC(2026, 10, 13 + index, 3)).toISOString(), { logicalBytes }),
    );
    expect(kindOf(statusOf({ manifests }), 'full').sizeRatio).toBe(1);
  });

  test('counts failures since the last success and tells the last error', () => {
    const failed = (at: string, error: string) =>
      backupRun(at, { outcome: 'failed', error, backup: null });
    const runs = [
      ...without('backup'),
      failed('2026-11-20T03:00:00Z', 'forgotten'),
      backupRun('2026-11-21T03:00:00Z'),
      failed('2026-11-21T04:00:00Z', 'no room'),
      failed('2026-11-21T05:00:00Z', 'no access'),
    ];
    const status = statusOf({ runs });
    expect(kindOf(status, 'full')).toMatchObject({
      failuresSinceSuccess: 2,
      lastError: 'no access',
    });
    expect(status).toMatchObject({
      health: 'critical',
      reasons: ['full: 2 failed since the last success (no access)'],
    });
  });

  test('keeps failures of one kind apart from those of another', () => {
    const status = statusOf({
      source: withIncremental(),
      runs: [
        ...sound().runs,
        backupRun('2026-11-21T10:00:00Z', { kind: 'incremental', outcome: 'failed', error: 'x' }),
      ],
    });
    expect(kindOf(status, 'full').failuresSinceSuccess).toBe(0);
    expect(kindOf(status, 'incremental').failuresSinceSuccess).toBe(1);
  });

  test('a full backup that was taken instead of an incremental one is as new, and ends its failures', () => {
    const failed = backupRun('2026-11-21T10:00:00Z', {
      kind: 'incremental',
      outcome: 'failed',
      error: 'x',
    });
    const instead = '2026-11-21T10:01:00Z';
    const status = statusOf({
      source: withIncremental(),
      manifests: [...sound().manifests, manifest(instead)],
      runs: [...sound().runs, failed, backupRun(instead)],
    });
    expect(kindOf(status, 'incremental')).toMatchObject({
      newest: instead,
      overdue: false,
      failuresSinceSuccess: 0,
    });
    // One that was taken before says nothing about what failed since.
    const before = statusOf({
      source: withIncremental(),
      runs: [...sound().runs, failed],
    });
    expect(kindOf(before, 'incremental').failuresSinceSuccess).toBe(1);
  });

  test('the size of an incremental backup is nothing to compare', () => {
    const child = (at: string, logicalBytes: number) =>
      manifest(at, { kind: 'incremental', logicalBytes });
    const status = statusOf({
      source: withIncremental(),
      manifests: [child('2026-11-21T01:00:00Z', 1000), child('2026-11-21T11:00:00Z', 10)],
    });
    expect(kindOf(status, 'incremental').sizeRatio).toBeNull();
  });

  test('says nothing about rows for which no job is derived', () => {
    const status = statusOf({
      source: { ...source, protections: source.protections.map((p) => ({ ...p, derived: false })) },
      manifests: [],
    });
    expect(status.protections).toEqual([]);
  });

  test('is critical for a manifest that cannot be read', () => {
    expect(statusOf({ unreadable: ['catalog/30d/database/x.json'] })).toMatchObject({
      health: 'critical',
      reasons: ['catalog/30d/database/x.json cannot be read'],
    });
  });
});

describe('an append-only log', () => {
  const rows = [snapshot({ every: '1h', keep: '30d' }), aof({ flush: '10s', keep: '8d' })];
  const [cache] = compiledOf(
    plan({
      sources: {
        cache: redis({
          server: { service: 'redis.shop' },
          appendonly: { volume: 'data' },
          protect: rows,
        }),
      },
    }),
  ).sources;
  const status = (...runs: StatusInput['runs']) =>
    kindOf(statusOf({ source: cache ?? source, runs }), 'aof');

  test('is as old as the moment up to which everything is stored', () => {
    expect(status(aofRun('2026-11-21T11:59:00Z'), aofRun('2026-11-21T11:59:50Z'))).toMatchObject({
      newest: '2026-11-21T11:59:50Z',
      ageSeconds: 10,
      overdue: false,
      durable: '20261121T020000Z-9f86d081/120',
    });
  });

  test('is told apart from what is shipped and not proven, and says why', () => {
    const off = { outcome: 'failed', error: 'it is switched off', serverTime: null } as const;
    expect(
      status(aofRun('2026-11-21T11:00:00Z'), aofRun('2026-11-21T11:59:50Z', off)),
    ).toMatchObject({ overdue: true, failuresSinceSuccess: 1, lastError: 'it is switched off' });
  });

  test('is missing where there is only WAL', () => {
    expect(status(walRun('2026-11-21T11:59:50Z')).newest).toBeNull();
  });

  test('with lost moments is whole again as soon as the next generation has begun', () => {
    const gap = { from: '2026-11-21T11:00:00Z', to: '2026-11-21T11:10:00Z', reason: 'lost' };
    const found = statusOf({
      source: cache ?? source,
      runs: [...sound().runs, aofRun('2026-11-21T11:59:50Z', { gap })],
    });
    expect(found.gaps).toEqual([gap]);
    expect(found.reasons.join()).not.toMatch(/lost/);
  });
});

describe('gaps in the WAL', () => {
  const gap = { from: '0/5000000', to: '0/9000000', reason: 'the slot was lost' };
  const lost = walRun('2026-11-21T10:00:00Z', { gap });
  const withBase = (startLsn: string, systemId = '7575757575757575757') => {
    const position = { ...end().position, startLsn, systemId };
    return statusOf({
      runs: [...sound().runs.slice(0, 2), lost, ...sound().runs.slice(2)],
      manifests: [...sound().manifests, manifest('2026-11-21T10:30:00Z', { position })],
    });
  };

  test('are bridged by an incremental backup, for the server knows what has changed', () => {
    const position = { ...end().position, startLsn: '0/9000000' };
    const child = manifest('2026-11-21T10:30:00Z', { kind: 'incremental', position });
    const manifests = [...sound().manifests, child];
    expect(statusOf({ runs: [...sound().runs, lost], manifests }).reasons.join()).not.toMatch(
      /WAL/,
    );
    const logical = manifest('2026-11-21T10:30:00Z', {
      kind: 'logical',
      position: {
        engine: 'postgresql-logical',
        systemId: '7575757575757575757',
        globals: null,
        complete: true,
        databases: [],
      },
    });
    const dumped = statusOf({ runs: [...sound().runs, lost], manifests: [logical] });
    expect(dumped.reasons.join()).toMatch(/WAL from .* was lost/);
  });

  test('are critical until a full backup begins behind them', () => {
    expect(withBase('0/8000000')).toMatchObject({ health: 'critical', gaps: [gap] });
    expect(withBase('0/8000000').reasons[0]).toBe(
      'WAL from 0/5000000 to 0/9000000 was lost (the slot was lost) and no base backup was taken since',
    );
    expect(withBase('0/9000000')).toMatchObject({ health: 'ok', gaps: [gap] });
    expect(withBase('1/28').health).toBe('ok');
  });

  test('of a cluster that was replaced are covered by a later backup of its successor', () => {
    expect(withBase('0/2000028', '8').health).toBe('ok');
  });
});

describe('verification', () => {
  const verified = (...runs: ReturnType<typeof verifyRun>[]) =>
    statusOf({ runs: [...runs, ...without('verify')] });

  test('one that skipped every backup does not count', () => {
    const skipping = verifyRun('2026-11-20T06:30:00Z', {}, null);
    expect(verified(skipping)).toMatchObject({ reasons: ['nothing was verified yet'] });
    expect(verified(verifyRun('2026-11-13T11:59:00Z'), skipping).verification.overdue).toBe(true);
  });

  test('that never took place is a warning', () => {
    expect(verified()).toMatchObject({ health: 'warning', reasons: ['nothing was verified yet'] });
  });

  test('may be a day later than its cadence, not more', () => {
    expect(verified(verifyRun('2026-11-13T12:00:00Z')).verification.overdue).toBe(false);
    const late = verified(verifyRun('2026-11-13T11:59:00Z'));
    expect(late.health).toBe('warning');
    expect(late.reasons).toEqual(['the last verification is 8 d 1 min ago']);
  });

  test('that found damage is critical until the same backup is found sound', () => {
    const found = verifyRun('2026-11-18T06:30:00Z', { a: ['part 3 was altered'] });
    expect(verified(found)).toMatchObject({
      health: 'critical',
      reasons: ['verification found damage: part 3 was altered'],
    });
    expect(verified(found, verifyRun('2026-11-19T06:30:00Z', { b: [] })).health).toBe('critical');
    expect(verified(found, verifyRun('2026-11-19T06:30:00Z', { a: [] })).health).toBe('ok');
  });

  test('of one backup without WAL does not take back what was found in the WAL', () => {
    const found = verifyRun('2026-11-18T06:30:00Z', {}, ['a segment is missing']);
    expect(verified(found, verifyRun('2026-11-19T06:30:00Z', { a: [] }, null)).health).toBe(
      'critical',
    );
    expect(verified(found, verifyRun('2026-11-19T06:30:00Z', { a: [] }, [])).health).toBe('ok');
  });

  test('is not asked for where the plan has none', () => {
    const verify = { exists: null, size: null, checksums: null, restore: null, fullRestore: null };
    expect(statusOf({ source: { ...source, verify }, runs: without('verify') }).health).toBe('ok');
  });
});

describe('a drill', () => {
  const { weekly, monthly } = CADENCE_SCHEDULES;
  const verify = { ...source.verify, restore: weekly, fullRestore: monthly };
  const drilled = (...runs: ReturnType<typeof drillRun>[]) =>
    statusOf({ source: { ...source, verify }, runs: [...without('drill'), ...runs] });

  test('that never took place is a warning', () => {
    expect(drilled()).toMatchObject({
      health: 'warning',
      reasons: ['no drill has proven yet that it can be restored'],
      drill: { newest: null, overdue: true },
    });
  });

  test('may be a day later than the more frequent of its cadences, not more', () => {
    expect(drilled(drillRun('2026-11-13T12:00:00Z')).reasons).toEqual([]);
    expect(drilled(drillRun('2026-11-13T11:59:00Z')).reasons).toEqual([
      'the last drill that passed is 8 d 1 min ago',
    ]);
  });

  test('that failed is a warning until one passes, and does not make the last one younger', () => {
    const failed = drillRun('2026-11-20T07:30:00Z', { outcome: 'failed', error: 'no disk' });
    const passed = drillRun('2026-11-12T07:30:00Z');
    expect(drilled(passed, failed).reasons).toEqual([
      'the last drill failed: no disk',
      'the last drill that passed is 9 d 4 h ago',
    ]);
    expect(drilled(passed, failed, drillRun('2026-11-21T07:30:00Z')).health).toBe('ok');
  });

  test('of a dump says nothing about one of a base backup that failed after it, nor before it', () => {
    const failed = { outcome: 'failed', error: 'no disk' } as const;
    const dump = { backup: '20261101T023000Z-logical-0a1b2c3d' };
    const [earlier, later] = ['2026-11-20T07:30:00Z', '2026-11-20T08:30:00Z'];
    const reasons = ['the last drill failed: no disk'];
    const passed = drillRun('2026-11-19T07:30:00Z');
    expect(drilled(passed, drillRun(earlier, failed), drillRun(later, dump)).reasons).toEqual(
      reasons,
    );
    expect(drilled(drillRun(earlier, { ...dump, ...failed }), drillRun(later)).reasons).toEqual(
      reasons,
    );
    expect(drilled(drillRun(earlier, dump), drillRun(later)).reasons).toEqual([]);
  });

  test('of a dump is none of the base backups, which a restore begins with', () => {
    const dump = drillRun('2026-11-21T07:30:00Z', { backup: '20261121T023000Z-logical-0a1b2c3d' });
    expect(drilled(dump).drill).toMatchObject({ newest: null, overdue: true });
    expect(drilled(drillRun('2026-11-12T07:30:00Z'), dump).reasons).toEqual([
      'the last drill that passed is 9 d 4 h ago',
    ]);
  });

  test('of base backups is none of whole dumps beside them', () => {
    const dumps = source.protections.map((row) => ({ ...row, kind: 'logical' as const }));
    const both = { ...source, verify, protections: [...source.protections, ...dumps] };
    const base = drillRun('2026-11-21T07:30:00Z');
    const dump = drillRun('2026-11-20T07:30:00Z', { backup: '20261120T023000Z-logical-0a1b2c3d' });
    const status = (...runs: ReturnType<typeof drillRun>[]) =>
      statusOf({ source: both, runs: [...without('drill'), ...runs] });
    expect(status(base).reasons).toContain(
      'no drills have proven yet that both its base backups and its dumps can be restored',
    );
    expect(status(dump, base).drill).toMatchObject({ newest: dump.startedAt, overdue: false });
  });

  test('is not asked for where the plan has none', () => {
    const none = { ...verify, restore: null, fullRestore: null };
    const status = statusOf({ source: { ...source, verify: none }, runs: without('drill') });
    expect(status.health).toBe('ok');
  });
});

describe('readStatus', () => {
  test('finds a gap of weeks ago among thousands of records, and reads only a few', async () => {
    const folder = await tempFolder('status');
    const store = await openStore(`file://${folder.path}`);
    try {
      for (const day of ['18', '19', '20', '21']) {
        await writeBackup(store, `2026-11-${day}T03:00:00.000Z`);
      }
      const at = '2026-11-02T03:00:00.000Z';
      const gap = { from: '0/5000000', to: '0/9000000', reason: 'the slot was lost' };
      await recordRun(store, { ...walRun(at, { gap }), id: runId(new Date(at), WAL_GAP) });
      for (let minute = 0; minute < 300; minute++) {
        const then = new Date(NOW.getTime() - minute * 60_000).toISOString();
        await recordRun(store, walRun(then));
      }
      await recordRun(store, backupRun('2026-11-21T03:00:00.000Z'));
      await recordRun(store, verifyRun('2026-11-16T06:30:00.000Z', { some: [] }));
      let reads = 0;
      const get = store.get.bind(store);
      store.get = (...args) => {
        reads++;
        return get(...args);
      };
      const [status] = await readStatus(store, compiled, NOW);
      expect(status?.gaps).toEqual([gap]);
      expect(status?.reasons).toEqual([
        expect.stringContaining('the slot was lost'),
        'no drill has proven yet that it can be restored',
      ]);
      expect(status?.protections.find(({ kind }) => kind === 'wal')?.ageSeconds).toBe(0);
      expect(reads).toBeLessThan(40);
    } finally {
      await store.close();
      await folder.remove();
    }
    // Every record is brought to the disk.
  });

  test('finds the failure of a full backup behind hours of incremental ones', async () => {
    const folder = await tempFolder('status');
    const store = await openStore(`file://${folder.path}`);
    try {
      const failed = { outcome: 'failed', error: 'the disk is full' } as const;
      await recordRun(store, backupRun('2026-11-20T03:00:00.000Z'));
      await recordRun(store, backupRun('2026-11-21T03:00:00.000Z', failed));
      for (let run = 1; run <= 36; run++) {
        const at = new Date(Date.parse('2026-11-21T03:00:00Z') + run * 900_000).toISOString();
        await recordRun(store, backupRun(at, { kind: 'incremental' }));
      }
      let reads = 0;
      const get = store.get.bind(store);
      store.get = (...args) => {
        reads++;
        return get(...args);
      };
      const [status] = await readStatus(store, { ...compiled, sources: [withIncremental()] }, NOW);
      expect(status && kindOf(status, 'full')).toMatchObject({
        failuresSinceSuccess: 1,
        lastError: 'the disk is full',
      });
      expect(reads).toBe(38);
    } finally {
      await store.close();
      await folder.remove();
    }
  });

  test('tells that there is nothing in an empty store', async () => {
    const folder = await tempFolder('status');
    const store = await openStore(`file://${folder.path}`);
    const [status] = await readStatus(store, compiled, NOW);
    expect(status?.health).toBe('critical');
    await store.close();
    await folder.remove();
  });
});
