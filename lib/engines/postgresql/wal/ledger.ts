import { runId, WAL_GAP } from '../../../catalog/keys.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import { recordHead } from '../../record-head.ts';
import { formatLsn, type Lsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import type { WalProof } from './server-clock.ts';

/** Proofs that wait for the store; beyond this the older ones give way, since a later one says more. */
const MAX_WAITING = 1000;

/** What else is known when a stretch ends. */
interface StretchEnd {
  readonly error?: string;
  readonly gap?: NonNullable<WalRun['gap']>;
  readonly slot?: NonNullable<WalRun['slot']>;
}

/** What is stored, and what the store can prove: the content of the range records. */
export class WalLedger {
  readonly #run: PostgresqlRun;
  readonly #systemId: string;
  #timeline = 0;
  #from: Lsn = 0n;
  #whole: Lsn = 0n;
  #durable: Lsn = 0n;
  #proof: WalProof | undefined;
  #waiting: WalProof[] = [];
  #segments: { name: string; sha256: string }[] = [];
  #since: Date;

  constructor(run: PostgresqlRun, systemId: string) {
    this.#run = run;
    this.#systemId = systemId;
    this.#since = run.now();
  }

  /** Everything of this timeline before this position is stored. */
  get durable(): Lsn {
    return this.#durable;
  }

  get timeline(): number {
    return this.#timeline;
  }

  /** At this moment of the server's clock there was no WAL behind `durable`. */
  get serverTime(): Date | undefined {
    return this.#proof?.at;
  }

  /** End of the last whole segment. */
  get whole(): Lsn {
    return this.#whole;
  }

  /**
   * Goes on at the start of a segment.
   * @param stored what is stored around it already: without a gap from `since` up to `durable`
   */
  begin(
    timeline: number,
    start: Lsn,
    stored: { readonly since: Lsn; readonly durable: Lsn } = { since: start, durable: start },
  ): void {
    const continues = timeline === this.#timeline && start >= this.#from && start <= this.#durable;
    if (!continues) this.#from = stored.since < start ? stored.since : start;
    this.#timeline = timeline;
    this.#whole = start;
    this.#durable = stored.durable > start ? stored.durable : start;
    // What a server that has crashed since had not flushed is gone, and with it what they said.
    this.#waiting = [];
  }

  segmentStored(segment: { readonly name: string; readonly sha256: string }, end: Lsn): void {
    this.#segments.push(segment);
    this.#whole = end;
    this.storedTo(end);
  }

  storedTo(end: Lsn): void {
    if (end > this.#durable) this.#durable = end;
    this.#settle();
  }

  /** The server had nothing behind `proof.lsn` at `proof.at`; it counts once everything before is stored. */
  expect(proof: WalProof): void {
    this.#waiting.push(proof);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.splice(1, 1);
    this.#settle();
  }

  /** A record of the stretch since the last one; the next one begins where whole segments end. */
  take(end: StretchEnd = {}): WalRun {
    const endedAt = this.#run.now();
    const record: WalRun = {
      ...recordHead(this.#run, this.#since, endedAt),
      id: runId(endedAt, end.gap ? WAL_GAP : 'wal'),
      outcome: end.error === undefined ? 'succeeded' : 'failed',
      error: end.error ?? null,
      action: 'wal',
      systemId: this.#systemId,
      timeline: this.#timeline,
      from: formatLsn(this.#from),
      durable: formatLsn(this.#durable),
      serverTime: this.#proof?.at.toISOString() ?? null,
      ...(this.#proof?.clock && { clock: this.#proof.clock }),
      segments: this.#segments,
      gap: end.gap ?? null,
      ...(end.slot && { slot: end.slot }),
    };
    this.#since = endedAt;
    this.#from = this.#whole;
    this.#segments = [];
    return record;
  }

  #settle(): void {
    const open = this.#waiting.findIndex(({ lsn }) => lsn > this.#durable);
    const settled = this.#waiting.splice(0, open === -1 ? this.#waiting.length : open);
    this.#proof = settled.at(-1) ?? this.#proof;
  }
}
