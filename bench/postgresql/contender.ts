import type { Measurement } from '../measure.ts';

/** Somebody who backs up the stage's server into the stage's store. */
export interface Contender {
  readonly name: string;
  /** Everything that it stores lies in this bucket. */
  readonly bucket: string;
  /** Before the first backup into an empty bucket. */
  prepare(): Promise<void>;
  backup(): Promise<Measurement>;
  /** Leaves a data directory, from which a server starts that may have to recover first. */
  restore?(dataDir: string): Promise<Measurement>;
  /** Said of its WAL where not all that it works is counted. */
  readonly uncounted?: string;
  /** Stores WAL until `stop`. */
  archive?(): Promise<Archiving>;
}

export interface Archiving {
  /** Returns the processor seconds that it took, and the most memory. */
  stop(): Promise<{ readonly cpuSeconds: number; readonly peakBytes: number }>;
}
