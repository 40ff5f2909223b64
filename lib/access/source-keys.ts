import { CATALOG, DATA, RUNS, STORE_KEY, WAL } from '../catalog/keys.ts';
import type { CompiledSource } from '../plan/compiled.ts';

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
    `${RUNS}/${source.name}/*`,
    STORE_KEY,
  ].sort();
}

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

/** Backup ids begin with the year; without it, a source named `wal` would match the folder in every other one's backups. */
export function dataKeys(source: CompiledSource): string[] {
  return [`${DATA}/*/${source.name}/2*`];
}

/** The same of every source. A bucket holds one plan's environment, and a policy that named each source would outgrow IAM's limit. */
export const ALL_HISTORY = [`${CATALOG}/*`, `${RUNS}/*`, STORE_KEY, `${WAL}/*`];
export const ALL_DATA = [`${DATA}/*`];
export const ALL_RUNS = [`${RUNS}/*`];
