import { type Audit, auditSchema } from '../../../../lib/audit/model.ts';
import { retentionClass, type Tier } from '../../../../lib/plan/values/retention.ts';
import { ALERTS, CONTROLS, DRILLS, FINDINGS, VERIFICATION } from './example-evidence.ts';

type Row = Audit['retention'][number];

const PRIMARY = 'aws/shop-production-eu-central-1.template.json';
const REPLICA = 'aws/shop-production-eu-west-1.template.json';
const REGIONS = { primary: 'eu-central-1', replica: 'eu-west-1' } as const;
const HOUR = 3600;
const DAY = 24 * HOUR;

interface Promise {
  readonly kind: string;
  readonly tier?: Tier;
  readonly cron?: string;
  readonly every: number;
  readonly days: number | null;
  readonly cold?: boolean;
}

/** A row that the files keep, as an audit of real templates has it. */
function row(source: string, engine: string, promise: Promise, index: number): Row {
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
    class: retentionClass(days === null ? 'forever' : `${days}d`, cold).name,
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

const SOURCES: readonly [string, string, readonly Promise[]][] = [
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

const OBJECTIVES: Audit['objectives'] = [
  objective('database', 300, 90, 'wal', 6 * DAY, 1860),
  objective('cache', HOUR, 1.5 * HOUR, 'snapshot', 0, null),
  objective('documents', 300, 90, 'oplog', 2 * DAY, 2700),
  objective('events', 12 * HOUR, 9 * HOUR, 'incremental', 0, 5400),
  objective('certificates', 2 * DAY, 30 * HOUR, 'export', 0, null),
  objective('settings', 2 * DAY, 30 * HOUR, 'export', 0, 240),
];

function objective(
  ...[source, rpoSeconds, worstLossSeconds, by, windowSeconds, measuredRtoSeconds]: [
    string,
    number,
    number,
    string,
    number,
    number | null,
  ]
): Audit['objectives'][number] {
  const proof = { worstLossSeconds, by, windowSeconds, rpoProven: worstLossSeconds <= rpoSeconds };
  return { source, rpoSeconds, rtoSeconds: 4 * HOUR, ...proof, measuredRtoSeconds };
}

const FILES = [PRIMARY, REPLICA, ...SOURCES.map(([name]) => `k8s/${name}.yaml`)];

/** Everything is kept; one row has no job and one objective is not reached, both accepted in writing. */
export const KEPT: Audit = auditSchema.parse({
  format: 1,
  tool: 'tidemark 0.1.0',
  plan: 'shop',
  title: 'Shop, which sells tea: its databases, certificates and settings',
  environment: 'production',
  account: '333333333333',
  regions: REGIONS,
  files: FILES.map((file, i) => ({ file, sha256: `${i}`.repeat(64).slice(0, 64) })),
  retention: SOURCES.flatMap(([name, engine, rows]) =>
    rows.map((one, i) => row(name, engine, one, i)),
  ).map((one) =>
    one.kind === 'incremental' && one.engine === 'postgresql'
      ? {
          ...one,
          notDerived: 'PostgreSQL 16 has no incremental base backups',
          stored: [],
          replication: null,
          job: null,
          kept: false,
        }
      : one,
  ),
  objectives: OBJECTIVES,
  alerts: ALERTS,
  verification: VERIFICATION,
  drills: DRILLS,
  findings: FINDINGS,
  controls: CONTROLS,
  problems: [],
});

/** The same after somebody shortened a lifecycle rule by hand and a drill took too long. */
export const FAILED: Audit = auditSchema.parse({
  ...KEPT,
  retention: KEPT.retention.map((one) =>
    one.source === 'events' && one.tier === 'weekly'
      ? {
          ...one,
          kept: false,
          stored: one.stored.map((s) =>
            s.role === 'replica' ? { ...s, visibleDays: 60, deletableDays: 61 } : s,
          ),
        }
      : one,
  ),
  objectives: KEPT.objectives.map((one) =>
    one.source === 'documents' ? { ...one, measuredRtoSeconds: 5 * HOUR } : one,
  ),
  problems: [
    {
      place: { file: REPLICA, line: 611, resource: 'BackupsBucket5E8B4C3D' },
      message:
        'backups of class 90d are visible for 60 days in eu-west-1, and 90 days are promised',
      remedy: 'synthesise the template again, and change retention in the plan alone',
    },
  ],
});
