import { CATALOG, DATA, RUNS, STORE_KEY, WAL, WAL_GAP } from '../catalog/keys.ts';
import type { RunRecord } from '../catalog/run-record.ts';
import { BACKUP_MANIFESTS } from '../engines/postgresql/base-backup-files.ts';
import {
  type CompiledPlan,
  type CompiledSource,
  isTaken,
  type Protection,
} from '../plan/compiled.ts';
import { type LockedPart, lockDays, objectLockDays } from '../plan/lock-days.ts';
import { parseRetentionClass, type RetentionClass } from '../plan/values/retention.ts';
import { roleOf } from '../plan/values/rows.ts';

type RunAction = RunRecord['action'] | typeof WAL_GAP;

/**
 * Which keys belong to a source, as patterns of IAM. A `*` in them spans slashes, so what may be *written* names each
 * class of the plan: a source called like a folder of another one gains nothing.
 */

/** Backups go under the classes of their tiers, WAL under its own. */
export const writableKeys = (source: CompiledSource): string[] =>
  [
    ...classKeys(source, () => true),
    ...runRecords(source.name, ['backup', ...logActions(source)]),
    STORE_KEY,
  ].sort();

/** What a writer locks by itself: everything that the bucket's default does not lock for as long as it is kept. */
export const lockedKeys = (compiled: CompiledPlan, source: CompiledSource): string[] =>
  compiled.lock === null
    ? []
    : classKeys(
        source,
        (part, retention) => objectLockDays(compiled, part, retention) > lockDays(compiled),
      ).sort();

/** Records of who stores a log. Of a source that keeps none, nobody writes any. */
const LOG_ACTIONS: Readonly<Partial<Record<Protection['kind'], readonly RunAction[]>>> = {
  wal: ['wal', WAL_GAP],
  aof: ['aof'],
};

const logActions = ({ protections }: CompiledSource): RunAction[] =>
  protections.flatMap(({ kind, derived }) => (derived && LOG_ACTIONS[kind]) || []);

function classKeys(
  { name, protections }: CompiledSource,
  wanted: (part: LockedPart, retention: RetentionClass) => boolean,
): string[] {
  const keys = protections.filter(isTaken).flatMap(({ kind, tiers }) =>
    tiers.flatMap((tier) => {
      const parts: readonly LockedPart[] = roleOf(kind) === 'log' ? [WAL] : [CATALOG, DATA];
      return parts
        .filter((part) => wanted(part, parseRetentionClass(tier.class)))
        .map((part) => `${part}/${tier.class}/${name}/*`);
    }),
  );
  return [...new Set(keys)];
}

/** Records of what proves backups: written by whoever verifies, never by whoever writes what is verified. */
export const proofKeys = (source: CompiledSource): string[] =>
  runRecords(source.name, ['drill', 'verify']);

/** That somebody restored, and what became of it. */
export const restoreKeys = (source: CompiledSource): string[] =>
  runRecords(source.name, ['restore']);

/**
 * Records of some actions, `runs/<source>/2026-11-21/20261121T020000Z-backup-9f86d081.json`. Their length is fixed, so
 * that no key can match here and still be read as the record of another action.
 */
const runRecords = (source: string, actions: readonly RunAction[]): string[] =>
  actions.map((action) => `${RUNS}/${source}/????-??-??/????????T??????Z-${action}-????????.json`);

/**
 * Reading covers classes that an older plan used, too: what was promised then still stands. Below catalog/ and wal/ no
 * name that follows a source can be another source's: they are digits, capitals, times or end in `.json`.
 */
export function historyKeys(source: CompiledSource): string[] {
  return [
    `${CATALOG}/*/${source.name}/*`,
    `${RUNS}/${source.name}/*`,
    STORE_KEY,
    `${WAL}/*/${source.name}/*`,
  ];
}

/** What was done with a source, by whomever. */
export const recordKeys = (source: CompiledSource): string[] => [
  `${RUNS}/${source.name}/*`,
  STORE_KEY,
];

/** Backup ids begin with the year; without it, a source named `wal` would match the folder in every other one's backups. */
export function dataKeys(source: CompiledSource): string[] {
  return [`${DATA}/*/${source.name}/2*`];
}

/**
 * Which files a backup has, as its server listed them, and nothing of what is in them: an incremental backup begins with
 * that list of the backup that it builds on.
 */
export const parentKeys = (source: CompiledSource): string[] =>
  source.protections.some(({ kind, derived }) => derived && kind === 'incremental')
    ? BACKUP_MANIFESTS.map((name) => `${DATA}/*/${source.name}/2*/${name}`)
    : [];

/** What makes up its backups. */
export const heldKeys = (source: CompiledSource): string[] => [
  `${CATALOG}/*/${source.name}/*`,
  ...dataKeys(source),
];

/** Data that has to be thawed before it can be read. */
export const archivedKeys = ({ name }: CompiledSource): string[] => [
  `${DATA}/*-archive/${name}/2*`,
];

/** The same of every source. A bucket holds one plan's environment, and a policy that named each source would outgrow IAM's limit. */
export const ALL_HISTORY = [`${CATALOG}/*`, `${RUNS}/*`, STORE_KEY, `${WAL}/*`];
/** Without the log itself. */
export const ALL_RECORDS = [`${CATALOG}/*`, `${RUNS}/*`, STORE_KEY];
export const ALL_DATA = [`${DATA}/*`];
export const ALL_ARCHIVED = [`${DATA}/*-archive/*`];
export const ALL_VERIFICATIONS = [`${RUNS}/*Z-verify-????????.json`];
