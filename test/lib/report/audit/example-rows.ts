import type { Audit } from '../../../../lib/audit/model.ts';
import { retentionClass, type Tier } from '../../../../lib/plan/values/retention.ts';

type Row = Audit['retention'][number];

export const PRIMARY = 'aws/shop-production-eu-central-1.template.json';
export const REPLICA = 'aws/shop-production-eu-west-1.template.json';
export const REGIONS = { primary: 'eu-central-1', replica: 'eu-west-1' } as const;
export const HOUR = 3600;
export const DAY = 24 * HOUR;

interface Promise {
  readonly kind: string;
  readonly tier?: Tier;
  readonly cron?: string;
  readonly every: number;
  readonly days: number | null;
  readonly cold?: boolean;
}

/** A row that the files keep, as an audit of real templates has it. */
export function row(source: string, engine: string, promise: Promise, index: number): Row {
  const { kind, tier = null, cron, every, days, cold = false } = promise;
  const line = 300 + index * 37;
  const stored = (role: 'primary' | 'replica', file: string): Row['stored'][number] => ({
    role,
    region: REGIONS[role],
    bucket: `shop-production-backups-${REGIONS[role]}-333333333333`,
    visibleDays: days,
    deletableDays: days === null ? null : days + 1,
    coldAfterDays: cold ? 30 : null,
    storageClass: cold ? 'GLACIER_IR' : null,
    lock: days === null ? null : { mode: 'governance', days },
    encryption: { algorithm: 'aws:kms', key: `alias/shop-production-backups-${REGIONS[role]}` },
    versioned: true,
    place: { file, line, resource: 'BackupsBucket5E8B4C3D' },
  });
  return {
    ...{ source, engine, kind, tier, cold, promisedDays: days, everySeconds: every },
    schedule: cron === undefined ? null : { cron, timezone: 'Etc/UTC' },
    deadlineSeconds: cron === undefined ? 0 : Math.min(6 * HOUR, every / 2),
    notDerived: null,
    class: retentionClass(days === null ? 'forever' : `${days}d`, cold ? 'cold' : 'standard').name,
    stored: [stored('primary', PRIMARY), stored('replica', REPLICA)],
    replication: {
      toRegion: REGIONS.replica,
      withinMinutes: 15,
      place: { file: PRIMARY, line: 512, resource: 'BackupsBucket5E8B4C3D' },
    },
    job: { file: `k8s/${source}.yaml`, line: 41, resource: `CronJob ${source}-${kind}` },
    kept: true,
  };
}

export const SOURCES: readonly [string, string, readonly Promise[]][] = [
  [
    'database',
    'postgresql',
    [
      { kind: 'wal', every: 60, days: 7 },
      { kind: 'incremental', tier: 'hourly', cron: '*/15 * * * *', every: 900, days: 1 },
      { kind: 'full', tier: 'daily', cron: '0 3 * * *', every: DAY, days: 30 },
      { kind: 'full', tier: 'weekly', cron: '0 3 * * *', every: DAY, days: 90 },
      { kind: 'full', tier: 'monthly', cron: '0 3 * * *', every: DAY, days: 366, cold: true },
    ],
  ],
  [
    'cache',
    'redis',
    [{ kind: 'snapshot', tier: 'hourly', cron: '0 * * * *', every: HOUR, days: 7 }],
  ],
  [
    'documents',
    'mongodb',
    [
      { kind: 'oplog', every: 60, days: 3 },
      { kind: 'full', tier: 'daily', cron: '0 2 * * *', every: DAY, days: 30 },
    ],
  ],
  [
    'events',
    'clickhouse',
    [
      { kind: 'incremental', tier: 'hourly', cron: '0 */6 * * *', every: 6 * HOUR, days: 14 },
      { kind: 'full', tier: 'weekly', cron: '0 4 * * 0', every: 7 * DAY, days: 90 },
      { kind: 'full', tier: 'yearly', cron: '0 4 * * 0', every: 7 * DAY, days: 2557, cold: true },
    ],
  ],
  [
    'certificates',
    'secrets',
    [{ kind: 'export', tier: 'daily', cron: '30 1 * * *', every: DAY, days: 2557 }],
  ],
  [
    'settings',
    'configuration',
    [{ kind: 'export', tier: 'daily', cron: '0 1 * * *', every: DAY, days: null }],
  ],
];
