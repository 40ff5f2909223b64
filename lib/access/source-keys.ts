import { CATALOG, DATA, RUNS, STORE_KEY, WAL, WAL_GAP } from '../catalog/keys.ts';
import type { RunRecord } from '../catalog/run-record.ts';
import type { CompiledSource } from '../plan/compiled.ts';

type RunAction = RunRecord['action'] | typeof WAL_GAP;

/**
 * Which keys belong to a source, as patterns of IAM. A `*` in them spans slashes, so what may be *written* names each
 * class of the plan: a source called like a folder of another one gains nothing.
 */

/** Backups go under the classes of their tiers, WAL under its own. */
export function writableKeys(source: CompiledSource): string[] {
  const classes = (continuous: boolean): string[] => [
    ...new Set(
      source.protections
        .filter(({ kind, derived }) => derived && (kind === 'wal') === continuous)
        .flatMap(({ tiers }) => tiers.map((tier) => tier.class)),
    ),
  ];
  return [
    ...classes(false).flatMap((name) => [
      `${CATALOG}/${name}/${source.name}/*`,
      `${DATA}/${name}/${source.name}/*`,
    ]),
    ...classes(true).map((name) => `${WAL}/${name}/${source.name}/*`),
    ...runRecords(source.name, ['backup', 'wal', WAL_GAP]),
    STORE_KEY,
  ].sort();
}

/** Records of what proves backups: written by whoever verifies, never by whoever writes what is verified. */
export const proofKeys = (source: CompiledSource): string[] =>
  runRecords(source.name, ['drill', 'verify']);

/**
 * Records of some actions, `runs/<source>/2026-11-21/20261121T020000Z-backup-9f86d081.json`. Their length is fixed, so
 * that no key can match here and still be read as the record of another action.
 */
const runRecords = (source: string, actions: readonly RunAction[]): string[] =>
  actions.map((action) => `${RUNS}/${source}/????-??-??/????????T??????Z-${action}-????????.json`);

/**
 * Reading covers classes that an older plan used, too: what was promised then still stands. Below catalog/ and wal/ no
 * name that follows a source can be another source's: they are digits, capitals or end in `.json`.
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

/** The same of every source. A bucket holds one plan's environment, and a policy that named each source would outgrow IAM's limit. */
export const ALL_HISTORY = [`${CATALOG}/*`, `${RUNS}/*`, STORE_KEY, `${WAL}/*`];
export const ALL_DATA = [`${DATA}/*`];
export const ALL_VERIFICATIONS = [`${RUNS}/*Z-verify-????????.json`];
