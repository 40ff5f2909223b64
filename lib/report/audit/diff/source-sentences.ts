import type { Change } from '../../../audit/diff/diff.ts';
import { pairOf, tell } from './pair.ts';
import {
  checkedText,
  checkText,
  daysInstead,
  daysText,
  rhythmText,
  secondsInstead,
  secondsText,
} from './words.ts';

export const sourceText = (change: Change): string =>
  tell(
    pairOf(change, 'source'),
    ({ engine }) =>
      `no longer protected at all; no backup of this ${engine} source is made or missed any more, and what is stored already is left where it is`,
    ({ engine }) => `new source, protected from now on (${engine})`,
    (after, before) => `this is a source of ${after.engine} now, not of ${before.engine}`,
  );

export function objectiveText(change: Change, about: 'rpo' | 'rto'): string {
  const name = about.toUpperCase();
  return tell(
    pairOf(change, about),
    ({ seconds }) => `no ${name} is promised any more; it was ${secondsText(seconds)}`,
    ({ seconds }) => `an ${name} of ${secondsText(seconds)} is promised`,
    (after, before) =>
      `the ${name} ${change.effect === 'grows' ? 'improves' : 'worsens'} from ${secondsText(before.seconds)} to ${secondsText(after.seconds)}`,
  );
}

export const lossText = (change: Change): string =>
  tell(
    pairOf(change, 'loss'),
    ({ seconds }) => `no limit of loss is computed any more; it was ${secondsText(seconds)}`,
    ({ seconds }) => `at worst the last ${secondsText(seconds)} are lost`,
    (after, before) =>
      `at worst the last ${secondsInstead(after.seconds, before.seconds)} are lost, by the schedules`,
  );

export const lossFailingText = (change: Change): string =>
  tell(
    pairOf(change, 'loss-failing'),
    () => 'what is lost while a run fails is not worked out any more',
    ({ seconds }) => `while a run fails, at worst ${lostText(seconds)} is lost`,
    (after, before) =>
      `while a run fails, at worst ${lostText(after.seconds)} is lost instead of ${lostText(before.seconds)}`,
  );

const lostText = (seconds: number | null): string =>
  seconds === null ? 'everything' : `what changed in ${secondsText(seconds)}`;

export const resourceText = (change: Change): string =>
  tell(
    pairOf(change, 'resource'),
    ({ resource }) => `${resource} resources are no longer protected`,
    ({ resource }) => `${resource} resources are protected, too`,
    ({ resource }) => `${resource} resources are protected in another way`,
  );

export const tagText = (change: Change): string =>
  tell(
    pairOf(change, 'tag'),
    ({ key, value }) => `no longer chosen by the tag ${key}=${value}`,
    ({ key, value }) => `chosen by the tag ${key}=${value}`,
    (after, before) =>
      `resources are chosen by the tag ${after.key}=${after.value} instead of ${before.key}=${before.value}; those without it are no longer protected`,
  );

export const copyKeptText = (change: Change): string =>
  tell(
    pairOf(change, 'copy-kept'),
    ({ days }) => `copies are no longer kept ${daysText(days)}`,
    ({ days }) => `copies are kept ${daysText(days)}`,
    (after, before) =>
      `copies are kept ${daysInstead(after.days, before.days)} from now on; those made already keep their ${daysText(before.days)}`,
  );

export const windowText = (change: Change): string =>
  tell(
    pairOf(change, 'window'),
    ({ seconds }) =>
      `can no longer be restored to any moment (of the last ${secondsText(seconds)}, until now), only to its recovery points`,
    ({ seconds }) => `can be restored to any moment, reaching back ${secondsText(seconds)}`,
    (after, before) =>
      `restores to any moment reach back ${secondsInstead(after.seconds, before.seconds)}`,
  );

export const restoreJobText = (change: Change): string =>
  tell(
    pairOf(change, 'restore-job'),
    () => 'no restore job is prepared any more',
    () => 'a restore job is prepared',
    () => 'the restore job is another',
  );

export const checkedSentence = (change: Change): string =>
  tell(
    pairOf(change, 'check'),
    ({ check, schedule }) =>
      `${checkText(check)} no longer planned; it was ${checkedText(schedule)}`,
    ({ check, schedule }) => `${checkText(check)} planned, ${checkedText(schedule)}`,
    (after, before) =>
      `${checkText(after.check)} ${checkedText(after.schedule)} instead of ${checkedText(before.schedule)}`,
  );

export const automationText = (change: Change): string =>
  tell(
    pairOf(change, 'automation'),
    ({ check }) => `${checkText(check)} left to people: nothing runs it any more`,
    ({ check }) => `${checkText(check)} runs by itself now`,
    ({ check }) => `${checkText(check)} runs in another way`,
  );

export const rhythmSentence = (change: Change): string =>
  tell(
    pairOf(change, 'rhythm'),
    (before) => `no longer made ${rhythmText(before.schedule, before.everySeconds)}`,
    (after) => `made ${rhythmText(after.schedule, after.everySeconds)}`,
    (after, before) => {
      const verb = after.schedule === null ? 'stored' : 'made';
      return `${verb} ${rhythmText(after.schedule, after.everySeconds)} instead of ${rhythmText(before.schedule, before.everySeconds)}`;
    },
  );

export const deadlineText = (change: Change): string =>
  tell(
    pairOf(change, 'deadline'),
    ({ seconds }) => `a run is no longer ended after ${secondsText(seconds)}`,
    ({ seconds }) => `a run is ended after ${secondsText(seconds)}`,
    (after, before) => `a run is ended after ${secondsInstead(after.seconds, before.seconds)}`,
  );

export const copyText = (change: Change): string =>
  tell(
    pairOf(change, 'copy'),
    () => 'no longer copied to the second region',
    () => 'copied to the second region from now on',
    () => 'copied in another way',
  );

export const logTimeText = (change: Change): string =>
  tell(
    pairOf(change, 'log-time'),
    ({ days }) => `logs are no longer kept for ${daysText(days)}`,
    ({ days }) => `logs are kept ${daysText(days)}`,
    (after, before) =>
      `the logs of our own jobs and of access to the backups are kept ${daysInstead(after.days, before.days)}; logs that are there already, too`,
  );
