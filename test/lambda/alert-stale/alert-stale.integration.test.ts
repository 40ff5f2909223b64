import { Readable } from 'node:stream';
import { BackupClient } from '@aws-sdk/client-backup';
import { run } from '../../../lambda/alert-stale/alert-stale.ts';
import { measurements } from '../../../lambda/alert-stale/measurements.ts';
import { METRIC } from '../../../lib/alerting/metrics.ts';
import { runKey } from '../../../lib/catalog/keys.ts';
import { recordRun } from '../../../lib/catalog/reader.ts';
import { RUN_FORMAT, type RunRecord } from '../../../lib/catalog/run-record.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { compiledPlan } from '../../lib/stacks/environment.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { commitBackup } from '../backups.ts';

const compiled = compiledPlan();
const at = (time: string): Date => new Date(`2026-11-${time}Z`);

let server: S3Server;
let store: ObjectStore;
// Not asked, as the plan has nothing of AWS Backup.
const backup = { primary: new BackupClient(), replica: new BackupClient() };

const record = (id: string, when: Date): Omit<RunRecord, 'action'> & { id: string } => ({
  format: RUN_FORMAT,
  id,
  plan: 'shop',
  environment: 'production',
  source: 'orders',
  startedAt: when.toISOString(),
  endedAt: when.toISOString(),
  outcome: 'succeeded',
  error: null,
});

const values = async (now: Date) => {
  const { statuses } = await run({ store, compiled, now: () => now, backup });
  const status = statuses.find(({ source }) => source === 'orders');
  if (!status) throw new Error('orders was not looked at');
  return measurements(compiled, status).values;
};

beforeAll(async () => {
  server = await startS3();
  await server.createBucket('watched', { versioning: true });
  store = await openStore(server.url('watched'), { credentials: server, patienceMs: 1000 });
});

afterAll(async () => {
  await store?.close();
  await server?.stop();
});

// One source's history, told in order.
describe('the watch over a source', () => {
  test('sees that there is nothing yet', async () => {
    expect(await values(at('20T00:00:00'))).toMatchObject({
      [METRIC.age]: null,
      [METRIC.overdue]: 1,
      [METRIC.sizeRatio]: null,
      [METRIC.walLag]: null,
      [METRIC.verificationAge]: null,
    });
  });

  test('measures the newest backup, the log and the verification', async () => {
    await commitBackup(store, { source: 'orders', at: at('20T03:00:00'), size: 1_000_000 });
    await commitBackup(store, { source: 'orders', at: at('21T03:00:00'), size: 500_000 });
    await recordRun(store, {
      ...record('20261121T035900Z-wal-00000001', at('21T03:59:00')),
      action: 'wal',
      systemId: '7123456789',
      timeline: 1,
      from: '0/3000000',
      durable: '0/3500000',
      serverTime: '2026-11-21T03:59:00.000Z',
      segments: [],
      gap: null,
    });
    await recordRun(store, {
      ...record('20261121T033000Z-verify-00000001', at('21T03:30:00')),
      action: 'verify',
      backups: [],
      wal: { segments: 1, bytes: 1, problems: [] },
    });
    const found = await values(at('21T04:00:00'));
    expect(found).toMatchObject({
      [METRIC.age]: 3600,
      [METRIC.overdue]: 0,
      [METRIC.failedRuns]: 0,
      [METRIC.walLag]: 60,
      [METRIC.walGaps]: 0,
      [METRIC.verificationAge]: 1800,
    });
    expect(found[METRIC.sizeRatio]).toBeCloseTo(600_000 / 1_100_000, 2);
  });

  test('counts the failures since the last success', async () => {
    for (const hour of ['05', '06']) {
      await recordRun(store, {
        ...record(`20261121T${hour}0000Z-backup-00000001`, at(`21T${hour}:00:00`)),
        action: 'backup',
        outcome: 'failed',
        error: 'the server is not a primary',
        kind: 'full',
        backup: null,
        storedBytes: 0,
        logicalBytes: 0,
      });
    }
    expect(await values(at('21T06:15:00'))).toMatchObject({ [METRIC.failedRuns]: 2 });
  });

  test('notices when the newest backup is older than the schedule allows', async () => {
    const full = compiled.sources[0]?.protections.find(({ kind }) => kind === 'full');
    const late = new Date(at('21T03:00:00').getTime() + ((full?.overdueSeconds ?? 0) + 60) * 1000);
    const found = await values(late);
    expect(found[METRIC.overdue]).toBe(1);
    expect(found[METRIC.age]).toBeGreaterThan(full?.overdueSeconds ?? Number.NaN);
  });

  test('does not take what has not come yet for fresh: a clock is wrong', async () => {
    const source = 'wal';
    await commitBackup(store, { source, at: at('25T03:00:00') });
    const { statuses } = await run({ store, compiled, now: () => at('21T06:15:00'), backup });
    const status = statuses.find((one) => one.source === source);
    if (!status) throw new Error('it was not looked at');
    expect(measurements(compiled, status).values).toMatchObject({
      [METRIC.age]: null,
      [METRIC.overdue]: 1,
    });
    expect(status.reasons.join()).toContain(
      'full: the newest is of 2026-11-25T03:00:00.000Z, which has not come yet',
    );
  });

  test('measures the newest drill that succeeded', async () => {
    for (const [hour, outcome] of [
      ['05', 'succeeded'],
      ['06', 'failed'],
    ] as const) {
      await recordRun(store, {
        ...record(`20261121T${hour}3000Z-drill-00000001`, at(`21T${hour}:30:00`)),
        action: 'drill',
        outcome,
        error: outcome === 'failed' ? 'nothing answered' : null,
        backup: null,
        target: 'latest',
        recoveredTo: null,
        rpoSeconds: null,
        rtoSeconds: null,
        phases: { fetchSeconds: null, recoverSeconds: null, checkSeconds: null },
        counts: null,
        queries: [],
        problems: [],
        versions: { server: null, tool: 'tidemark' },
      });
    }
    expect(await values(at('21T06:45:00'))).toMatchObject({ [METRIC.drillAge]: 4500 });
  });

  test('counts what was lost of the log', async () => {
    await recordRun(store, {
      ...record('20261121T070000Z-wal-00000002', at('21T07:00:00')),
      action: 'wal',
      systemId: '7123456789',
      timeline: 1,
      from: '0/5000000',
      durable: '0/5100000',
      serverTime: '2026-11-21T07:00:00.000Z',
      segments: [],
      gap: { from: '0/4000000', to: '0/5000000', reason: 'the slot was lost' },
    });
    expect(await values(at('21T07:15:00'))).toMatchObject({ [METRIC.walGaps]: 1 });
    expect(await values(at('25T07:15:00'))).toMatchObject({ [METRIC.walGaps]: 1 });
  });

  test('goes on with the others when one source cannot be read', async () => {
    const key = runKey('wal', '20261121T040000Z-backup-00000002');
    await store.put(key, Readable.from([Buffer.from('not JSON')]));
    const { statuses, failures } = await run({
      store,
      compiled,
      now: () => at('21T04:00:00'),
      backup,
    });
    expect(statuses.map(({ source }) => source)).toEqual(['orders']);
    expect(failures).toEqual([
      { subject: 'wal', error: expect.objectContaining({ message: expect.stringContaining(key) }) },
    ]);
  });
});
