import { type Audit, auditSchema } from '../../../../lib/audit/model.ts';
import { COSTS } from './example-costs.ts';
import { ALERTS, CONTROLS, DRILLS, FINDINGS, VERIFICATION } from './example-evidence.ts';
import { DAY, HOUR, PRIMARY, REGIONS, REPLICA, row, SOURCES } from './example-rows.ts';

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
  retired: [],
  objectives: OBJECTIVES,
  alerts: ALERTS,
  verification: VERIFICATION,
  drills: DRILLS,
  findings: FINDINGS,
  controls: CONTROLS,
  costs: COSTS,
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
    {
      place: null,
      message: 'the last drill of documents took 5 h; it has to be back within 4 h',
      remedy: 'make the restore faster and drill it again, or promise a longer time',
    },
  ],
});
