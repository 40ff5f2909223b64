import type { Lsn } from '../lsn.ts';

/**
 * The state that a restore brings back: everything that is stored, what was committed up to a moment, what was written
 * before a position, or what there was when somebody created a restore point.
 */
export type RestoreGoal =
  | 'latest'
  | Date
  | { readonly lsn: Lsn }
  | { readonly restorePoint: string };

/** Which of the states that are stored, and along which way. */
export interface RestoreWay {
  readonly to: RestoreGoal;
  /** Without what happened at the moment or the position itself. @default false: with it, as in PostgreSQL */
  readonly exclusive?: boolean;
  /** The timeline to follow. @default the newest that contains the base backup and whose WAL is stored */
  readonly timeline?: number;
  /** The only base backup to start from; its latest state is then its own. @default the newest one that leads there */
  readonly backup?: string;
}
