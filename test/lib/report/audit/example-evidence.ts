import type { Audit } from '../../../../lib/audit/model.ts';
import { PRIMARY, SOURCES } from './example-rows.ts';

const at = (line: number, resource: string) => ({ file: PRIMARY, line, resource });

const NAMES = SOURCES.map(([name]) => name);
const TELLS = [
  'arn:aws:sns:eu-central-1:333333333333:shop-production-alerts',
  'oncall@shop.example',
];

const fires = (metric: string, threshold: number, onSilence = false) => ({
  ...{ metric, statistic: 'Maximum', comparison: 'GreaterThanThreshold', threshold },
  ...{ seconds: 1800, onSilence },
});

export const ALERTS: Audit['alerts'] = [
  ...NAMES.flatMap((source, i) => [
    {
      kind: 'metric' as const,
      source,
      name: `shop/production/${source}/backup-failed`,
      condition: `a backup of ${source} failed`,
      fires: fires('FailedRuns', 0),
      severity: 'critical',
      tells: TELLS,
      runbook: 'https://runbooks.shop.example/backups#backup-failed',
      place: at(1200 + i * 90, `BackupFailed${i}`),
    },
    {
      kind: 'metric' as const,
      source,
      name: `shop/production/${source}/backup-missing`,
      condition: `no backup of ${source} is complete for longer than its schedule allows`,
      fires: fires('BackupAgeSeconds', 108_000, true),
      severity: 'critical',
      tells: TELLS,
      runbook: 'docs/runbook.md#backup-missing',
      place: at(1245 + i * 90, `BackupMissing${i}`),
    },
  ]),
  {
    kind: 'metric',
    source: null,
    name: 'shop/production/replication-behind',
    condition: 'objects wait for more than 15 minutes to be copied to eu-west-1',
    fires: fires('ReplicationLatency', 900),
    severity: 'warning',
    tells: TELLS,
    runbook: null,
    place: at(2210, 'ReplicationBehind'),
  },
  {
    kind: 'composite',
    source: 'database',
    name: 'shop/production/database/source-at-risk',
    condition: 'any of backup-failed, backup-missing',
    fires: null,
    severity: 'critical',
    tells: TELLS,
    runbook: null,
    place: at(2290, 'Status'),
  },
  {
    kind: 'event',
    source: null,
    name: 'shop/production/key-disabled event',
    condition: 'AWS API Call via CloudTrail: DisableKey, ScheduleKeyDeletion',
    fires: null,
    severity: 'critical',
    tells: TELLS,
    runbook: null,
    place: at(2340, 'KeyDisabled'),
  },
];

export const VERIFICATION: Audit['verification'] = NAMES.flatMap((source, i) => [
  {
    source,
    check: 'each backup is read again when it appears',
    schedule: null,
    automated: true,
    place: at(1880, 'OnNewBackup'),
    newest: null,
  },
  {
    source,
    check: 'every stored byte is read again',
    schedule: { cron: '30 6 * * 1', timezone: 'Etc/UTC' },
    automated: true,
    place: at(1900 + i * 20, `Checksums${i}`),
    newest: { at: '2026-11-16T06:41:07Z', problems: [] },
  },
  {
    source,
    check: 'a restore is tried',
    schedule: source === 'cache' ? null : { cron: '30 6 2 * *', timezone: 'Etc/UTC' },
    automated: false,
    place: null,
    newest: null,
  },
]);

const drill = (
  at: string,
  source: string,
  outcome: 'succeeded' | 'failed',
  rto: number | null,
) => ({
  ...{ source, at, outcome, rtoSeconds: rto },
  rpoSeconds: outcome === 'succeeded' ? 42 : null,
});

export const DRILLS: Audit['drills'] = [
  drill('2026-11-02T06:30:00Z', 'database', 'succeeded', 1860),
  drill('2026-11-02T06:30:00Z', 'documents', 'succeeded', 2700),
  drill('2026-11-02T06:30:00Z', 'events', 'succeeded', 5400),
  drill('2026-11-02T06:30:00Z', 'settings', 'succeeded', 240),
  drill('2026-10-02T06:30:00Z', 'events', 'failed', null),
  drill('2026-10-02T06:30:00Z', 'database', 'succeeded', 1920),
  drill('2026-09-02T06:30:00Z', 'database', 'succeeded', 2280),
];

export const FINDINGS: Audit['findings'] = [
  {
    code: 'TM203',
    severity: 'exempt',
    path: 'sources.database.protect.1',
    source: null,
    message: 'no job is derived from this row: PostgreSQL 16 has no incremental base backups',
    remedy: 'remove the row, or accept this with an exemption',
    reason:
      'WAL covers every moment between two full backups, so what the 15-minute row is for is kept by the WAL row.',
  },
  {
    code: 'TM101',
    severity: 'exempt',
    path: 'objectives.rpo',
    source: 'cache',
    message: 'at worst the last 1 h 30 min of cache are lost, and the objective is 1 h',
    remedy: 'take snapshots more often, or allow a greater loss',
    reason:
      'The cache can be filled again from the database; an hour and a half of it is accepted until the new cluster is there.',
  },
  {
    code: 'TM601',
    severity: 'info',
    path: 'environments.production',
    source: null,
    message: 'the account is an example',
    remedy: 'write the number of your own account',
    reason: null,
  },
  {
    code: 'TM402',
    severity: 'warning',
    path: 'sources.cache.verify',
    source: null,
    message: 'no restore of cache is ever tried',
    remedy: "write verify: { restore: 'monthly' }",
    reason: null,
  },
];

export const CONTROLS: Audit['controls'] = [
  {
    id: 'CP-9',
    framework: 'nist-800-53',
    title: 'System Backup',
    statement:
      'Backups of six sources are written on a schedule and kept for the time that their class says.',
    status: 'satisfied',
    resources: [at(300, 'BackupsBucket5E8B4C3D'), at(512, 'Replication')],
    missing: [],
  },
  {
    id: 'CP-4',
    framework: 'nist-800-53',
    title: 'Contingency Plan Testing',
    statement: 'Restores are tried monthly for five of six sources, and each is on record.',
    status: 'partly',
    resources: [at(1900, 'Checksums0')],
    missing: ['no restore of cache is ever tried'],
  },
  {
    id: 'A1.3',
    framework: 'soc2',
    title: 'Recovery plan procedures are tested',
    statement: 'Seven drills are on record.',
    status: 'partly',
    resources: [],
    missing: ['drills of cache and certificates'],
  },
];
