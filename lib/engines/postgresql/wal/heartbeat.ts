import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { formatLsn } from '../lsn.ts';
import { slotName } from '../plan.ts';
import type { PostgresqlRun } from '../run.ts';
import type { WalLedger } from './ledger.ts';
import type { WalRecorder } from './recorder.ts';
import { ServerClock } from './server-clock.ts';
import { slotUse } from './slot-use.ts';
import type { TimelineReceiver } from './timeline-receiver.ts';

/** How safe the WAL is, each time something has become known. */
export interface WalProgress {
  /** Everything before this position is stored, such as `16/B374D848`. */
  readonly durable: string;
  /** At this moment of the server's clock there was nothing else; null until it is known. */
  readonly serverTime: Date | null;
  /** Seconds of commits that would be lost if the server went away now. */
  readonly rpoSeconds: number | null;
}

interface HeartbeatOptions {
  readonly run: Pick<PostgresqlRun, 'source'>;
  readonly sql: pg.Client;
  readonly receiver: TimelineReceiver;
  readonly ledger: WalLedger;
  readonly recorder: WalRecorder;
  readonly flushMs: number;
  readonly onProgress: ((progress: WalProgress) => unknown) | undefined;
}

const SILENT_AFTER_MS = 60_000;

/**
 * Asks the server what there is, waits until it has arrived, stores it, and writes down what that proves; again and
 * again until the signal fires.
 * @throws PreflightError if the server has become a standby and the plan means a primary
 */
export async function beat(options: HeartbeatOptions, signal: AbortSignal): Promise<void> {
  const { run, receiver, ledger, recorder, flushMs, sql } = options;
  const clock = new ServerClock(sql, run);
  for (;;) {
    const began = performance.now();
    const { now, lsn, proof } = await clock.ask();
    const asked = performance.now();
    if (proof) ledger.expect(proof);
    receiver.ping();
    await Promise.race([receiver.arrival(lsn), delay(flushMs, undefined, { signal })]);
    await receiver.storeTail();
    await recorder.recordIfDue(signal, () => slotUse(sql, slotName(run.source.name)));
    const serverNow = now.getTime() + performance.now() - asked;
    await options.onProgress?.(progress(ledger, serverNow));
    const rest = flushMs - (performance.now() - began);
    await delay(Math.max(0, rest), undefined, { signal });
    if (receiver.silence > Math.max(SILENT_AFTER_MS, 2 * flushMs)) {
      throw new Error('the server has sent nothing for a long time, although it was asked to');
    }
  }
}

/** @param serverNow by the server's clock: ours may differ */
function progress(ledger: WalLedger, serverNow: number): WalProgress {
  const { serverTime } = ledger;
  return {
    durable: formatLsn(ledger.durable),
    serverTime: serverTime ?? null,
    rpoSeconds: serverTime ? (serverNow - serverTime.getTime()) / 1000 : null,
  };
}
