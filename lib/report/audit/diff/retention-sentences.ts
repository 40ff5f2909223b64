import type { Change } from '../../../audit/diff/diff.ts';
import { type Of, type Pair, pairOf, tell } from './pair.ts';
import { daysInstead, daysText, rhythmText } from './words.ts';

/**
 * A plan changes new backups only: the key of an object carries the promise that it was written with. So a sentence says
 * what becomes of what is stored already, and from when on the new promise is all that is left.
 */

export function keptText(change: Change): string {
  const pair = pairOf(change, 'kept');
  return tell(
    pair,
    (before) =>
      `no ${before.tier ?? 'such'} ones are made any more, which were kept ${daysText(before.days)}; ${stored(before, change.left)}`,
    (after) => `new: kept ${daysText(after.days)}${after.cold ? ', in cold storage' : ''}`,
    (after, before) =>
      after.days === before.days
        ? coldText(after)
        : `kept ${daysInstead(after.days, before.days)} from now on${withoutTier(after)}; ${consequence(after, before, change)}`,
  );
}

const withoutTier = ({ stated, tier }: Of<'kept'>): string =>
  stated ? '' : `, as no backup is taken as a ${tier} one any more`;

function consequence(after: Of<'kept'>, before: Of<'kept'>, { effect, left }: Change): string {
  const kept = stored(before, left);
  if (effect !== 'shrinks') return kept;
  const older = `nothing older than ${daysText(after.days)}`;
  return left || before.days === null
    ? `${kept}, and of what comes ${older} will exist`
    : `${kept}: ${daysText(before.days)} from now ${older} exists`;
}

function stored({ days }: Of<'kept'>, left: boolean): string {
  if (days === null) return 'what is stored already stays for ever';
  return left
    ? `nothing removes what is stored already, because its lifecycle rules go with the ${daysText(days)}`
    : `what is stored already keeps its ${daysText(days)}`;
}

const coldText = ({ cold }: Of<'kept'>): string =>
  cold
    ? 'moved to cold storage from now on; reading them costs more, and takes no longer'
    : 'no longer moved to cold storage';

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
      return left || before.days === null
        ? `of what is backed up from now on, recovery points older than ${daysText(after.days)} will no longer exist; until now they were kept up to ${daysText(before.days)}`
        : `recovery points older than ${daysText(after.days)} will no longer exist; until now they were kept up to ${daysText(before.days)}`;
    },
  );
}

export const classText = ({ before }: Pair<Of<'class'>>): string =>
  `nothing removes any more what is stored as ${before?.class}: the plan no longer has this retention class, and its lifecycle rules go with it; it can be restored, and is paid for, until somebody deletes it`;

const STANDINGS = {
  derived: '',
  planned: '; no job takes them yet',
  met: '; another row keeps this promise',
} as const;

export function rowText(change: Change): string {
  return tell(
    pairOf(change, 'row'),
    ({ standing }) =>
      standing === 'met'
        ? `no longer in the plan; no job took them, because another row keeps this promise`
        : 'no longer made; what is stored already is left where it is',
    ({ schedule, everySeconds, classes, standing }) =>
      `new: ${rhythmText(schedule, everySeconds)}, kept as ${[...new Set(classes)].join(', ')}${STANDINGS[standing]}`,
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
