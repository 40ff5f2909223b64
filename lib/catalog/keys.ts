import { randomBytes } from 'node:crypto';
import type { BackupKind } from './manifest.ts';

/** The file at the root of every store that says whose it is. */
export const STORE_KEY = 'tidemark.json';

/** Folder of a backup's own WAL, below its data. */
export const OWN_WAL = 'wal';
export const SUMS_FILE = 'SHA256SUMS';
export const PARTS_FILE = 'parts.json';

/** First segments of keys; lifecycle rules and access policies are built from the same names. */
export const CATALOG = 'catalog';
export const DATA = 'data';
export const WAL = 'wal';
export const RUNS = 'runs';
export const LANDING = 'landing';

/** `20261121T020000Z`: sorts by time and needs no escaping in a key. */
export function timestamp(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** `20261121T020000Z-full-9f86d081`. */
export function backupId(at: Date, kind: BackupKind): string {
  return `${timestamp(at)}${backupIdKind(kind)}${randomBytes(4).toString('hex')}`;
}

/** What ids of backups of a kind have in common, and no others. */
export const backupIdKind = (kind: BackupKind): string => `-${kind}-`;

export const manifestPrefix = (retentionClass: string, source: string): string =>
  `${CATALOG}/${retentionClass}/${source}/`;

export const manifestKey = (retentionClass: string, source: string, id: string): string =>
  `${manifestPrefix(retentionClass, source)}${id}.json`;

export const dataPrefix = (retentionClass: string, source: string, id: string): string =>
  `${DATA}/${retentionClass}/${source}/${id}/`;

/** @param timeline eight upper-case hex digits, as in segment names */
export const walPrefix = (
  retentionClass: string,
  source: string,
  systemId: string,
  timeline?: string,
): string =>
  `${WAL}/${retentionClass}/${source}/${systemId}/${timeline === undefined ? '' : `${timeline}/`}`;

export const runsPrefix = (source: string, day?: string): string =>
  `${RUNS}/${source}/${day === undefined ? '' : `${day}/`}`;

/** `runs/<source>/2026-11-21/20261121T020000Z-backup-9f86d081.json`. */
export function runKey(source: string, id: string): string {
  const day = `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}`;
  return `${runsPrefix(source, day)}${id}.json`;
}

/** Names the action of a run that records lost WAL, so that a gap is found without reading what every run did. */
export const WAL_GAP = 'wal-gap';

export function runId(at: Date, action: string): string {
  return `${timestamp(at)}-${action}-${randomBytes(4).toString('hex')}`;
}

/** The action in the key of a run record: `backup`, `wal`, `wal-gap`; undefined if it is none. */
export function runAction(key: string): string | undefined {
  return /\/\d{8}T\d{6}Z-([a-z-]+)-[0-9a-f]{8}\.json$/.exec(key)?.[1];
}
