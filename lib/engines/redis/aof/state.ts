import type { RedisRun } from '../run.ts';
import type { AofLedger } from './ledger.ts';
import type { AofRecorder } from './recorder.ts';
import type { ServerWatcher } from './watcher.ts';

/** How safe the data is, each time something has become known. */
export interface AofProgress {
  /** Generation and position: everything before it is stored. */
  readonly durable: string;
  /** At this moment of the server's clock there was nothing else; null until it is known. */
  readonly serverTime: Date | null;
  /** Seconds of writes that would be lost if the server went away now. */
  readonly rpoSeconds: number | null;
}

/** What lives longer than one opening of the files. */
export interface ShippingState {
  readonly run: RedisRun;
  readonly directory: string;
  readonly class: string;
  readonly server: ServerWatcher;
  readonly ledger: AofLedger;
  readonly recorder: AofRecorder;
  readonly flushMs: number;
  /** A base that is older is stored once more, so that it is never the first to expire. */
  readonly rebaseMs: number;
  /** How long files that the server removed may take more of its space than it can be asked for. */
  readonly heldMs: number;
  readonly onProgress: ((progress: AofProgress) => unknown) | undefined;
}
