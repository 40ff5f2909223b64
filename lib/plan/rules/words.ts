import type { Kind } from '../values/rows.ts';

const NAMES: Partial<Record<Kind, string>> = {
  wal: 'WAL',
  aof: 'the append-only file',
  oplog: 'the oplog',
  replication: 'the live copy',
};

/** A kind as a sentence names it. */
export const kindText = (kind: Kind): string => NAMES[kind] ?? kind;
