import type { Move } from '../../plan/promised-days.ts';
import { type Breach, type Lack, lackIn } from '../breach.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import type { BucketFacts } from '../read/bucket.ts';
import type { Lifecycle } from '../read/lifecycle.ts';

/** A prefix of a bucket, and what its rules do to it. */
export interface Context {
  readonly bucket: BucketFacts;
  readonly prefix: string;
  readonly found: Lifecycle;
  /** The rule that decides, else all of them. */
  readonly container: Located;
  readonly breach: (at: Place, message: string, remedy: string, lacks?: Lack) => Breach;
}

/** Only data moves: manifests are read by every listing, and WAL is small and short-lived. */
export function checkMove(context: Context, move: Move | null): Breach[] {
  const { bucket, prefix, found, container, breach } = context;
  const rule = found.moving ?? found.decisive;
  const at = (rule?.at.get('Transitions') ?? rule?.at ?? container).place;
  if (!move) {
    if (!found.cold) return [];
    return [
      breach(
        at,
        `${bucket.name} moves objects below ${prefix} to ${found.cold.storageClass} after ${found.cold.days} d; the plan keeps them in the standard class`,
        `remove the transition from rule ${rule?.id ?? ''}`,
      ),
    ];
  }
  if (found.cold?.storageClass === move.storageClass && found.cold.days === move.afterDays) {
    return [];
  }
  const moves = found.cold
    ? `moves objects below ${prefix} to ${found.cold.storageClass} after ${found.cold.days} d`
    : `leaves objects below ${prefix} in the standard class`;
  const transition = found.cold?.at;
  const differing =
    found.cold?.storageClass === move.storageClass ? 'TransitionInDays' : 'StorageClass';
  return [
    breach(
      (transition?.get(differing) ?? transition)?.place ?? at,
      `${bucket.name} ${moves}; the plan needs ${move.storageClass} after ${move.afterDays} d`,
      `give rule ${rule?.id ?? ''} one transition to ${move.storageClass} after ${move.afterDays} d`,
      lackIn(rule?.at ?? container, 'Transitions'),
    ),
  ];
}
