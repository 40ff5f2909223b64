import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { BackupClient } from '@aws-sdk/client-backup';
import { run } from '../../../lambda/alert-stale/alert-stale.ts';
import { groupMeasurement } from '../../../lambda/alert-stale/measurements.ts';
import { groupStatus, readPoints } from '../../../lambda/alert-stale/recovery-points.ts';
import { OVERDUE_POINTS } from '../../../lib/alerting/metrics.ts';
import type { CompiledBackupRule } from '../../../lib/plan/aws-backup/compiled.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { compiledPlan } from '../../lib/stacks/environment.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const NOW = new Date('2026-11-21T06:00:00Z');
const ORDERS = 'arn:aws:rds:eu-central-1:123456789012:db:orders';
const USERS = 'arn:aws:rds:eu-central-1:123456789012:db:users';
const ago = (hours: number): Date => new Date(NOW.getTime() - hours * 3_600_000);

const rule = (changes: Partial<CompiledBackupRule> = {}): CompiledBackupRule => ({
  name: 'daily',
  tier: 'daily',
  schedule: { cron: '0 2 * * *', timezone: 'Etc/UTC' },
  everySeconds: 86_400,
  overdueSeconds: 36 * 3600,
  startWindowMinutes: 60,
  completionWindowMinutes: 600,
  keepDays: 35,
  coldAfterDays: null,
  copy: null,
  ...changes,
});

const group = (...rules: CompiledBackupRule[]) => ({
  name: 'databases',
  plan: 'shop-production-databases',
  resources: ['rds' as const],
  tag: { key: 'backup', value: 'tidemark' },
  rules,
  restoreTest: null,
});

const point = (ResourceArn: string, hours: number, changes: object = {}) => ({
  ResourceArn,
  Status: 'COMPLETED' as const,
  CreationDate: ago(hours),
  CreatedBy: { BackupPlanName: 'shop-production-databases', BackupRuleName: 'daily' },
  ...changes,
});

describe('a group of AWS Backup', () => {
  const overdue = (
    rules: CompiledBackupRule[],
    primary: readonly ReturnType<typeof point>[],
    replica?: readonly ReturnType<typeof point>[],
  ): readonly string[] =>
    groupStatus(group(...rules), { primary, ...(replica && { replica }) }, NOW).overdue;

  test('is well while every resource has a recent recovery point of every rule', () => {
    expect(overdue([rule()], [point(ORDERS, 4), point(ORDERS, 28), point(USERS, 30)])).toEqual([]);
  });

  test('lacks what was never taken', () => {
    expect(overdue([rule(), rule({ name: 'monthly' })], [point(ORDERS, 4)])).toEqual([
      'shop-production-databases/monthly: there is no recovery point, or none of the last weeks',
    ]);
  });

  test('misses one resource of several, for a week', () => {
    expect(overdue([rule()], [point(ORDERS, 4), point(USERS, 37)])).toEqual([
      `shop-production-databases/daily: the newest recovery point of ${USERS} is 1 d 13 h old`,
    ]);
    expect(overdue([rule()], [point(ORDERS, 4), point(USERS, 36 + 8 * 24)])).toEqual([]);
  });

  test.each(['PARTIAL', 'CREATING', 'EXPIRED', 'DELETING', 'STOPPED'])(
    'does not count one that is %s',
    (Status) => {
      expect(overdue([rule()], [point(ORDERS, 4, { Status })])).toHaveLength(1);
    },
  );

  test('does not count what somebody took by hand, or another plan', () => {
    const others = [
      { CreatedBy: {} },
      { CreatedBy: { BackupPlanName: 'x', BackupRuleName: 'daily' } },
    ];
    for (const other of others)
      expect(overdue([rule()], [point(ORDERS, 4, other)])).toHaveLength(1);
  });

  test('has a continuous recovery point for as long as that goes on, however old it is', () => {
    const continuous = rule({ name: 'continuous', tier: null });
    const CreatedBy = { BackupPlanName: 'shop-production-databases', BackupRuleName: 'continuous' };
    const going = point(ORDERS, 9000, { Status: 'AVAILABLE', CreatedBy });
    expect(overdue([continuous], [going])).toEqual([]);
    expect(overdue([continuous], [{ ...going, Status: 'STOPPED' as never }])).toHaveLength(1);
  });

  test('misses copies a day later than originals, and only where they can be looked at', () => {
    const copied = rule({ copy: { keepDays: 35 } });
    const original = [point(ORDERS, 4)];
    expect(overdue([copied], original, [point(ORDERS, 59)])).toEqual([]);
    expect(overdue([copied], original, [point(ORDERS, 61)])).toEqual([
      `shop-production-databases/daily, copies: the newest recovery point of ${ORDERS} is 2 d 13 h old`,
    ]);
    expect(overdue([copied], original)).toEqual([]);
  });
});

describe('the watch over AWS Backup', () => {
  const compiled = compiledPlan({
    sources: [],
    awsBackup: {
      vault: 'shop-production',
      lock: null,
      groups: [group(rule({ copy: { keepDays: 35 } }))],
    },
  });
  /** What AWS answers: no emulator knows this request. Paths and fields are those of its API reference. */
  let server: Server;
  let answers: (path: string) => { status: number; body: object };
  let asked: URL[];
  let clients: Record<'primary' | 'replica', BackupClient>;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://localhost');
      asked.push(url);
      const { status, body } = answers(url.pathname);
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(status !== 200 && { 'x-amzn-errortype': 'AccessDeniedException' }),
      });
      response.end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('not a TCP port');
    const client = (side: string) =>
      new BackupClient({
        endpoint: `http://127.0.0.1:${address.port}/${side}`,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      });
    clients = { primary: client('primary'), replica: client('replica') };
  });

  beforeEach(() => {
    asked = [];
  });

  afterAll(async () => {
    clients?.primary.destroy();
    clients?.replica.destroy();
    server?.close();
    await once(server, 'close');
  });

  const stored = (hours: number) => {
    const { CreationDate, ...rest } = point(ORDERS, hours);
    return { ...rest, CreationDate: CreationDate.getTime() / 1000 };
  };

  async function look(of = compiled) {
    const folder = await tempFolder('no-sources');
    const store = await openStore(`file://${folder.path}`);
    try {
      return await run({ store, compiled: of, now: () => NOW, backup: clients });
    } finally {
      await store.close();
      await folder.remove();
    }
  }

  test('reads every page of both vaults, of the time that counts', async () => {
    answers = () => {
      const first = asked.at(-1)?.searchParams.get('nextToken') === null;
      return {
        status: 200,
        body: first
          ? { RecoveryPoints: [stored(90)], NextToken: 'more' }
          : { RecoveryPoints: [stored(4)] },
      };
    };
    const { groups, failures } = await look();
    expect(failures).toEqual([]);
    expect(groups.map((one) => groupMeasurement(compiled, one).values)).toEqual([
      { [OVERDUE_POINTS]: 0 },
    ]);
    expect(asked.map(({ pathname }) => pathname).sort()).toEqual([
      '/primary/backup-vaults/shop-production/recovery-points',
      '/primary/backup-vaults/shop-production/recovery-points',
      '/replica/backup-vaults/shop-production/recovery-points',
      '/replica/backup-vaults/shop-production/recovery-points',
    ]);
    const since = new Date(asked[0]?.searchParams.get('createdAfter') ?? '');
    expect(NOW.getTime() - since.getTime()).toBe((36 + 8 * 24) * 3_600_000);
  });

  test('keeps the newest usable recovery point of each resource, however many there are', async () => {
    const at = (hours: number, Status = 'COMPLETED') => ({ ...stored(hours), Status });
    answers = () => {
      const page = Number(asked.at(-1)?.searchParams.get('nextToken') ?? 0);
      const RecoveryPoints = [at(200 - page), at(4 + page), at(1, 'PARTIAL')];
      return {
        status: 200,
        body: { RecoveryPoints, ...(page < 9 && { NextToken: `${page + 1}` }) },
      };
    };
    const { awsBackup } = compiled;
    if (!awsBackup) throw new Error('the plan has AWS Backup');
    const points = await readPoints(clients.primary, awsBackup, NOW);
    expect(asked).toHaveLength(10);
    expect(points).toEqual([point(ORDERS, 4)]);
  });

  test('counts what is missing in each region', async () => {
    answers = (path) => ({
      status: 200,
      body: { RecoveryPoints: path.startsWith('/primary') ? [stored(40)] : [] },
    });
    const { groups } = await look();
    expect(groups.map((one) => groupMeasurement(compiled, one).values)).toEqual([
      { [OVERDUE_POINTS]: 2 },
    ]);
  });

  test('that is not allowed to look says so, and counts nothing', async () => {
    answers = () => ({ status: 403, body: { message: 'not authorized' } });
    const { groups, failures } = await look();
    expect(groups).toEqual([]);
    expect(failures).toEqual([
      { subject: 'AWS Backup', error: expect.objectContaining({ name: 'AccessDeniedException' }) },
    ]);
  });

  test('does not look into a vault of another account', async () => {
    answers = () => ({ status: 200, body: { RecoveryPoints: [stored(4)] } });
    const { groups } = await look({ ...compiled, replicaAccount: '210987654321' });
    expect(groups).toEqual([{ group: 'databases', overdue: [] }]);
    expect(asked.map(({ pathname }) => pathname)).toEqual([
      '/primary/backup-vaults/shop-production/recovery-points',
    ]);
  });
});
