import { formatLsn } from '../lsn.ts';
import { RestoreWindowError } from './errors.ts';
import type { Proof } from './window.ts';

/**
 * A recovery stops at the first commit after the moment. If the server's clock was set back past the moment later on, that
 * would leave out what was committed up to the moment for the second time.
 * @param proofs of the way that is followed, in the order in which they were recorded
 * @throws RestoreWindowError where that may be so
 */
export function requireSteadyClock(proofs: readonly Proof[], moment: Date): void {
  const inOrder = proofs.toSorted((a, b) =>
    a.durable < b.durable ? -1 : a.durable > b.durable ? 1 : 0,
  );
  const passed = inOrder.findIndex(({ at }) => at > moment);
  const before = inOrder[passed];
  if (!before) return;
  const later = inOrder.slice(passed).filter(({ exact }) => exact);
  const again = later.findLast((proof, index) => mayBeBefore(moment, proof, later[index - 1]));
  const last = inOrder.at(-1);
  if (!again || !last || last.durable === before.durable) return;
  throw new RestoreWindowError(
    `${moment.toISOString()} came twice: the server's clock said ${before.at.toISOString()} at ${formatLsn(before.durable)}, and later, at ${formatLsn(again.durable)}, only ${again.at.toISOString()}; name a position with --to-lsn instead, such as ${formatLsn(again.durable)}`,
  );
}

/** Where the clock went back since the last proof, it was at its earliest right after that one was asked for. */
function mayBeBefore(moment: Date, { at, recorded }: Proof, previous: Proof | undefined): boolean {
  if (at < moment) return true;
  if (!previous || at >= previous.at) return false;
  const since = Math.max(0, recorded.to.getTime() - previous.recorded.from.getTime());
  return at.getTime() - since < moment.getTime();
}
