import type { Change } from '../../../audit/diff/diff.ts';
import { THAW_SECONDS } from '../../../plan/limits.ts';
import { formatSeconds } from '../../../plan/values/duration.ts';
import { type Of, type Pair, pairOf, tell } from './pair.ts';
import { daysInstead, daysText, keptAs, rhythmText } from './words.ts';

/**
 * A plan changes new backups only: the key of an object carries the promise that it was written with. So a sentence says
 * what becomes of what is stored already, and from when on the new promise is all that is left.
 */

export function keptText(change: Change): string {
  const pair = pairOf(change, 'kept');
  return tell(
    pair,
    (before) => `none are made any more; ${stored(before, change.left)}`,
    (after) =>
      `new: kept ${daysText(after.days)}${after.storage === 'standard' ? '' : `, in ${PLACES[after.storage]}`}`,
    (after, before) =>
      after.days === before.days
        ? movedText(after, before)
        : `kept ${daysInstead(after.days, before.days)} from now on${withoutTier(after)}; ${consequence(after, before, change)}`,
  );
}

const withoutTier = ({ stated, tier }: Of<'kept'>): string =>
  stated ? '' : `, as no backup is taken as a ${tier} one any more`;

function consequence(after: Of<'kept'>, before: Of<'kept'>, { effect, left }: Change): string {
  const kept = stored(before, left);
  return effect !== 'shrinks' || left || before.days === null
    ? kept
    : `${kept}: ${daysText(before.days)} from now nothing older than ${daysText(after.days)} exists`;
}

function stored({ days, class: name }: Of<'kept'>, left: boolean): string {
  if (days === null) return 'what is stored already stays for ever';
  return left
    ? `nothing removes what is stored already as ${name}`
    : `what is stored already keeps its ${daysText(days)}`;
}

const PLACES = {
  standard: 'the standard class',
  cold: 'cold storage',
  archive: 'an archive',
} as const;

const COSTS = {
  cold: 'reading them costs more, and takes no longer',
  archive: `before they can be read they are thawed, which costs and takes up to ${formatSeconds(THAW_SECONDS.standard)}`,
} as const;

const movedText = ({ storage }: Of<'kept'>, before: Of<'kept'>): string =>
  storage === 'standard'
    ? `no longer moved to ${PLACES[before.storage]}`
    : `moved to ${PLACES[storage]} from now on; ${COSTS[storage]}`;

export function oldestText(change: Change): string {
  const { left } = change;
  return tell(
    pairOf(change, 'oldest'),
    (before) =>
      `no recovery points are made any more; they were kept up to ${daysText(before.days)}`,
    (after) => `recovery points are made, and kept up to ${daysText(after.days)}`,
    (after, before) => {
      if (change.effect === 'grows') {
        return `the oldest recovery point will be kept ${daysInstead(after.days, before.days)}`;
      }
      const older = `recovery points older than ${daysText(after.days)}`;
      const until = `until now they were kept ${before.days === null ? '' : 'up to '}${daysText(before.days)}`;
      return left || before.days === null
        ? `of what is backed up from now on, ${older} will not exist; ${until}`
        : `${older} will no longer exist, ${daysText(before.days)} from now; ${until}`;
    },
  );
}

export const classText = ({ before }: Pair<Of<'class'>>): string =>
  `nothing removes any more what is stored as ${before?.class}: the plan no longer has this retention class, so its lifecycle rules go; it can be restored, and is paid for, until somebody deletes it; write retired: ['${before?.class}'] into the plan to keep the rules`;

const STANDINGS = {
  derived: '',
  planned: '; no job takes them yet',
  met: '; another row keeps this promise',
} as const;

export function rowText(change: Change): string {
  return tell(
    pairOf(change, 'row'),
    ({ standing, schedule }) =>
      standing === 'met'
        ? 'no longer in the plan; no job took them, because another row keeps this promise'
        : `no longer ${schedule === null ? 'stored' : 'made'}; what is stored already is left where it is`,
    ({ schedule, everySeconds, classes, standing }) =>
      `new: ${schedule === null ? 'stored ' : ''}${rhythmText(schedule, everySeconds)}${classes.length === 0 ? '' : `, ${keptAs(classes)}`}${STANDINGS[standing]}`,
    (after, before) =>
      after.standing === before.standing
        ? `planned ${rhythmText(after.schedule, after.everySeconds)}${STANDINGS[after.standing]}`
        : standingText(after, before),
  );
}

function standingText({ standing }: Of<'row'>, before: Of<'row'>): string {
  if (standing === 'derived') return 'jobs are derived for them now';
  if (standing === 'planned' && before.standing === 'derived') return 'no job takes them any more';
  return standing === 'met'
    ? 'no longer taken: another row keeps this promise now'
    : 'promised by no other row any more, and no job takes them yet';
}
