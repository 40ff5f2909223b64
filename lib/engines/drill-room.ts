import { GIBIBYTE } from '../plan/values/size.ts';
import { NoRoomError } from './restore-target.ts';

/** More than is needed today: a volume is made for a drill of tomorrow, and file systems keep some for themselves. */
const HEADROOM = 1.2;

/** What a drill of a state needs. */
export interface DrillRoom {
  /** The backup that the state begins with; null where only a log is restored. */
  readonly backup: string | null;
  /** Bytes that have to be free, without headroom. */
  readonly bytes: number;
}

/** Of a volume in which so many bytes have to be free, as plans and command lines write it. */
export const volumeSize = (bytes: number): `${number}GiB` =>
  `${Math.max(1, Math.ceil((bytes * HEADROOM) / GIBIBYTE))}GiB`;

/** The same error, which also says what to write. */
export const scratchHint = (error: NoRoomError, source: string): NoRoomError =>
  new NoRoomError(
    `${error.message}; write drill: { scratch: '${volumeSize(error.neededBytes)}' } for ${source} in the plan, from which the jobs of a cluster get their volume, or name another directory`,
    error.neededBytes,
    { cause: error },
  );
