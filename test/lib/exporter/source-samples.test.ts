import type { RunRecord } from '../../../lib/catalog/run-record.ts';
import type { StatusInput } from '../../../lib/catalog/status.ts';
import { GAUGES, type GaugeName } from '../../../lib/exporter/gauges.ts';
import { sourceSamples } from '../../../lib/exporter/source-samples.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { full, logical, wal } from '../../../lib/plan/language.ts';
import { end, header } from '../../support/sample-backup.ts';
import { backupRun, drillRun, verifyRun, walRun } from '../../support/sample-runs.ts';
import { plan, type Source, source } from '../plan/example.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const epoch = (at: string): number => Date.parse(at) / 1000;

function compiledSource(protect: Source['protect']): StatusInput['source'] {
  const { compiled, findings } = compile(
    plan({ sources: { database: source({ protect }) } }),
    'production',
  );
  const [found] = compiled?.sources ?? [];
  if (!found) throw new Error(JSON.stringify(findings));
  return found;
}

const nightly = compiledSource([
  wal({ flush: '60s', keep: '8d' }),
  full({ at: '03:00', within: '2h', keep: '30d' }),
]);

const backup = (at: string, bytes = 1000): StatusInput['manifests'][number] => ({
  format: 1,
  ...header({ id: at, startedAt: at }),
  ...end({ consistentAt: at, completedAt: at.replace(':00:00Z', ':10:00Z') }),
  files: [],
  storedBytes: bytes / 4,
  logicalBytes: bytes,
  encryption: null,
  signature: null,
  tool: 'tidemark',
});

function values(changes: Partial<StatusInput>) {
  const input: StatusInput = {
    source: nightly,
    minSizeRatio: 0.8,
    manifests: [],
    unreadable: [],
    runs: [],
    now: NOW,
    ...changes,
  };
  const samples = sourceSamples(input, { source: 'database' });
  const value = (gauge: GaugeName, kind?: string): number | undefined => {
    const found = samples.filter((one) => one.gauge === gauge && one.labels.kind === kind);
    if (found.length > 1) throw new Error(`${GAUGES[gauge].name} twice`);
    return found[0]?.value;
  };
  return { samples, value };
}

describe('a source that has nothing yet', () => {
  const { value } = values({});

  test('says 0 where its absence must ring', () => {
    expect(value('backupNewest', 'full')).toBe(0);
    expect(value('logStored', 'wal')).toBe(0);
    expect(value('verificationNewest')).toBe(0);
    expect(value('drillNewest')).toBe(0);
  });

  test('says nothing of what is not known', () => {
    expect(value('backupSizeRatio', 'full')).toBeUndefined();
    expect(value('backupBytes', 'full')).toBeUndefined();
    expect(value('drillFailed')).toBeUndefined();
    expect(value('drillRecoveryTime')).toBeUndefined();
    expect(value('slotRetained')).toBeUndefined();
  });

  test("has the thresholds of its plan: the schedule's longest gap and the longest run", () => {
    expect(value('backupAllowedAge', 'full')).toBe(26 * 3600);
    expect(value('logAllowedLag', 'wal')).toBe(300);
    expect(value('verificationAllowedAge')).toBe(8 * 86_400);
    expect(value('drillAllowedAge')).toBe(32 * 86_400);
    expect(value('objectiveRecoveryTime')).toBe(3600);
  });
});

describe('a source that is well', () => {
  const runs: RunRecord[] = [
    verifyRun('2026-11-16T06:30:00Z', { some: [] }),
    drillRun('2026-11-16T07:30:00Z', { rtoSeconds: 90, rpoSeconds: 12 }),
    backupRun('2026-11-21T03:10:00Z'),
    walRun('2026-11-21T11:59:00Z', { slot: { retainedBytes: 100, safeBytes: 900 } }),
  ];
  const { value } = values({
    manifests: [backup('2026-11-20T03:00:00Z', 2000), backup('2026-11-21T03:00:00Z', 1000)],
    runs,
  });

  test('says moments, so that they age while nobody looks', () => {
    expect(value('backupNewest', 'full')).toBe(epoch('2026-11-21T03:00:00Z'));
    expect(value('logStored', 'wal')).toBe(epoch('2026-11-21T11:59:00Z'));
    expect(value('verificationNewest')).toBe(epoch('2026-11-16T06:30:00Z'));
    expect(value('drillNewest')).toBe(epoch('2026-11-16T07:30:00Z'));
    expect(value('looked')).toBe(epoch('2026-11-21T12:00:00Z'));
  });

  test('says how large its backups are and how long they take', () => {
    expect(value('backupSizeRatio', 'full')).toBe(0.5);
    expect(value('backupBytes', 'full')).toBe(1000);
    expect(value('backupStoredBytes', 'full')).toBe(250);
    expect(value('backupDuration', 'full')).toBe(600);
  });

  test('says what the slot holds back, and where the server gives it up', () => {
    expect(value('slotRetained')).toBe(100);
    expect(value('slotLimit')).toBe(1000);
  });

  test('says what the drill measured', () => {
    expect(value('drillFailed')).toBe(0);
    expect(value('drillRecoveryTime')).toBe(90);
    expect(value('drillLoss')).toBe(12);
  });
});

test('the limit of a slot is absent where the disk is the limit', () => {
  const runs = [walRun('2026-11-21T11:59:00Z', { slot: { retainedBytes: 100, safeBytes: null } })];
  const { value } = values({ runs });
  expect(value('slotRetained')).toBe(100);
  expect(value('slotLimit')).toBeUndefined();
});

test('a backup of tomorrow is none: a clock is wrong', () => {
  const { value } = values({ manifests: [backup('2026-11-22T03:00:00Z')] });
  expect(value('backupNewest', 'full')).toBe(0);
});

test('a drill that failed after one that passed says both', () => {
  const { value } = values({
    runs: [
      drillRun('2026-11-16T07:30:00Z', { rtoSeconds: 90 }),
      drillRun('2026-11-20T07:30:00Z', {
        outcome: 'failed',
        error: 'the table orders is empty',
        rtoSeconds: null,
      }),
    ],
  });
  expect(value('drillFailed')).toBe(1);
  expect(value('drillNewest')).toBe(epoch('2026-11-16T07:30:00Z'));
  expect(value('drillRecoveryTime')).toBe(90);
});

test('a manifest that cannot be read is a problem beside those that a verification found', () => {
  const { value } = values({
    runs: [verifyRun('2026-11-16T06:30:00Z', { some: ['one object is missing'] })],
    unreadable: ['catalog/30d/database/some.json'],
  });
  expect(value('verificationProblems')).toBe(2);
  expect(value('health')).toBe(2);
});

test('a gap of the log counts until a backup begins behind it, and for two days in any case', () => {
  const gap = { from: '0/2000000', to: '0/3000000', reason: 'the slot was lost' };
  const lost = walRun('2026-11-21T01:00:00Z', { gap, outcome: 'failed', error: 'lost' });
  const before = backup('2026-11-20T03:00:00Z');
  expect(values({ runs: [lost], manifests: [before] }).value('logGaps', 'wal')).toBe(1);
  const behind = { ...backup('2026-11-21T03:00:00Z') };
  const covered = { ...behind, position: { ...behind.position, startLsn: '0/4000028' } };
  const manifests = [covered as typeof behind];
  const gapsAt = (now: string) =>
    values({ runs: [lost], manifests, now: new Date(now) }).value('logGaps', 'wal');
  expect(gapsAt('2026-11-21T12:00:00Z')).toBe(1);
  expect(gapsAt('2026-11-23T12:00:00Z')).toBe(0);
});

test('kinds beside the one that the source depends on are told apart from it', () => {
  const both = compiledSource([
    wal({ flush: '60s', keep: '8d' }),
    full({ at: '05:00', within: '1h', keep: '30d' }),
    logical({ at: '06:00', within: '2h', keep: '30d' }),
  ]);
  const { value } = values({ source: both, manifests: [backup('2026-11-21T03:00:00Z')] });
  expect(value('backupAllowedAge', 'full')).toBe(25 * 3600);
  expect(value('backupAllowedAge', 'logical')).toBe(26 * 3600);
  expect(value('backupWatched', 'full')).toBe(1);
  expect(value('backupWatched', 'logical')).toBe(0);
});

test('a drill of one backup alone measures nothing that an emergency takes', () => {
  const alone = drillRun('2026-11-17T07:30:00Z', { target: 'backup', rtoSeconds: 7 });
  const whole = drillRun('2026-11-16T07:30:00Z', { rtoSeconds: 90 });
  const { value } = values({ runs: [whole, alone] });
  expect(value('drillRecoveryTime')).toBe(90);
  expect(value('drillNewest')).toBe(epoch('2026-11-17T07:30:00Z'));
});

test('a drill of a dump that passes hides no failed drill of base backups, and is not what a restore takes', () => {
  const { value } = values({
    runs: [
      drillRun('2026-11-16T07:30:00Z', { rtoSeconds: 90 }),
      drillRun('2026-11-20T07:30:00Z', { outcome: 'failed', error: 'no disk' }),
      drillRun('2026-11-20T07:30:01Z', {
        ...{ backup: '20261120T023000Z-logical-0a1b2c3d', rtoSeconds: 7 },
      }),
    ],
  });
  expect(value('drillFailed')).toBe(1);
  expect(value('drillNewest')).toBe(epoch('2026-11-16T07:30:00Z'));
  expect(value('drillRecoveryTime')).toBe(90);
});
