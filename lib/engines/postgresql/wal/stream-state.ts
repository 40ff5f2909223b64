import type { ServerAddress } from '../connection.ts';
import type { PostgresqlRun } from '../run.ts';
import type { WalArchive } from './archive.ts';
import type { WalProgress } from './heartbeat.ts';
import type { WalLedger } from './ledger.ts';
import type { WalRecorder } from './recorder.ts';
import type { StoredEnd } from './stored-ends.ts';

/** WAL that is lost for ever: no recovery crosses it, and a new base backup is needed. */
export interface WalGap {
  /** Positions such as `16/B374D848`. */
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** What lives longer than one connection. */
export interface StreamState {
  readonly run: PostgresqlRun;
  readonly address: ServerAddress;
  readonly systemId: string;
  readonly segmentSize: number;
  readonly flushMs: number;
  readonly archive: WalArchive;
  readonly ledger: WalLedger;
  readonly recorder: WalRecorder;
  /** By timeline; kept up to date. */
  readonly ends: Map<number, StoredEnd>;
  readonly onProgress: ((progress: WalProgress) => unknown) | undefined;
  readonly onGap: ((gap: WalGap) => unknown) | undefined;
  /** Set when the server refused to send WAL: why, and whether not even the slot had kept it. */
  missing: { readonly reason: string; readonly slotUseless: boolean } | undefined;
}
