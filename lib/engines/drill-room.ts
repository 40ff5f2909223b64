import { volumeSize } from '../plan/drill-volume.ts';
import { NoRoomError } from './restore-target.ts';

/** What a drill of a state needs. */
export interface DrillRoom {
  /** The backup that the state begins with; null where only a log is restored. */
  readonly backup: string | null;
  /** Bytes that have to be free, without headroom. */
  readonly bytes: number;
}

/** The same error, which also says what to write. */
export const scratchHint = (error: NoRoomError, source: string): NoRoomError =>
  new NoRoomError(
    `${error.message}; write drill: { scratch: '${volumeSize(error.neededBytes)}' } for ${source} in the plan, from which the jobs of a cluster get their volume, or name another directory`,
    error.neededBytes,
    { cause: error },
  );
