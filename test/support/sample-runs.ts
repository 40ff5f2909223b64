import { runId } from '../../lib/catalog/keys.ts';
import type { DrillRun, RunRecord, WalRun } from '../../lib/catalog/run-record.ts';

type Run<A extends RunRecord['action']> = Extract<RunRecord, { action: A }>;

const base = (at: string, action: string) => ({
  format: 1 as const,
  id: runId(new Date(at), action),
  plan: 'shop',
  environment: 'production',
  source: 'database',
  startedAt: at,
  endedAt: at,
  outcome: 'succeeded' as const,
  error: null,
});

/** A backup that succeeded at a moment (ISO 8601), with changes. */
export const backupRun = (at: string, changes: Partial<Run<'backup'>> = {}): Run<'backup'> => ({
  ...base(at, 'backup'),
  action: 'backup',
  kind: 'full',
  backup: 'some',
  storedBytes: 1,
  logicalBytes: 1,
  ...changes,
});

/** WAL that was safe up to a moment, with changes. */
export const walRun = (at: string, changes: Partial<WalRun> = {}): WalRun => ({
  ...base(at, 'wal'),
  action: 'wal',
  systemId: '7575757575757575757',
  timeline: 1,
  from: '0/2000000',
  durable: '0/2000120',
  serverTime: at,
  segments: [],
  gap: null,
  ...changes,
});

/** An append-only log that was safe up to a moment, with changes. */
export const aofRun = (at: string, changes: Partial<Run<'aof'>> = {}): Run<'aof'> => ({
  ...base(at, 'aof'),
  action: 'aof',
  generation: '20261121T020000Z-9f86d081',
  durable: 120,
  serverTime: at,
  bytes: 20,
  pieces: 1,
  counts: null,
  gap: null,
  ...changes,
});

/** A verification that found what is given. */
export const verifyRun = (
  at: string,
  backups: Readonly<Record<string, string[]>> = {},
  wal: string[] | null = [],
): Run<'verify'> => ({
  ...base(at, 'verify'),
  action: 'verify',
  backups: Object.entries(backups).map(([id, problems]) => ({
    ...{ id, class: '30d', bytes: 1, problems },
  })),
  wal: wal && { segments: 1, bytes: 1, problems: wal },
});

/** A drill that passed, with changes. */
export const drillRun = (at: string, changes: Partial<DrillRun> = {}): DrillRun => ({
  ...base(at, 'drill'),
  action: 'drill',
  backup: 'some',
  target: 'latest',
  recoveredTo: at,
  rpoSeconds: 0,
  rtoSeconds: 60,
  phases: { fetchSeconds: 50, recoverSeconds: 10, checkSeconds: 5 },
  counts: { databases: 2, tables: 1, rows: 1, indexes: 0 },
  queries: [],
  problems: [],
  versions: { server: '18.4', tool: 'tidemark' },
  ...changes,
});
