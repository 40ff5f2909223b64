import type { Change } from '../../../audit/diff/diff.ts';
import { pairOf, tell } from './pair.ts';
import { ALARM_TEXTS, secondsInstead, secondsText } from './words.ts';

export const NOBODY_TOLD = 'nobody is told any more when a backup fails or is missing';

export const toldText = (change: Change): string =>
  tell(
    pairOf(change, 'told'),
    ({ address }) => `${address} is no longer told when a backup fails or is missing`,
    ({ address }) => `${address} is told when a backup fails or is missing`,
    ({ address }) => `${address} is told at another address there`,
  );

export const alertText = (change: Change): string =>
  tell(
    pairOf(change, 'alert'),
    ({ name, condition }) => `alert ${name} removed; it fired when ${condition}`,
    ({ name, severity, condition }) => `new alert ${name} (${severity}), when ${condition}`,
    (after, before) => {
      const differing = [
        ...(after.severity === before.severity
          ? []
          : [`is ${after.severity} instead of ${before.severity}`]),
        ...(after.condition === before.condition
          ? []
          : [`fires when ${after.condition}; until now when ${before.condition}`]),
      ];
      return `alert ${after.name} ${differing.join(', and ')}`;
    },
  );

export const alarmText = (change: Change): string =>
  tell(
    pairOf(change, 'alarm'),
    ({ name }) => `${ALARM_TEXTS[name]} raises no alert any more`,
    ({ name, severity }) => `${ALARM_TEXTS[name]} raises an alert (${severity})`,
    (after, before) =>
      `the alert about ${ALARM_TEXTS[after.name]} is ${after.severity} instead of ${before.severity}`,
  );

export const alarmAfterText = (change: Change): string =>
  tell(
    pairOf(change, 'alarm-after'),
    ({ name }) => `the alert about ${ALARM_TEXTS[name]} comes at no certain time any more`,
    ({ name, seconds }) =>
      `the alert about ${ALARM_TEXTS[name]} comes after ${secondsText(seconds)} at the latest`,
    (after, before) => {
      const text = `the alert about ${ALARM_TEXTS[after.name]}`;
      const times = secondsInstead(after.seconds, before.seconds);
      return after.stated
        ? `${text} comes after ${times}`
        : `${text} waits as long as the schedules allow: ${times}`;
    },
  );

const percent = (share: number): string => `${Math.round(share * 100)} %`;

export const alarmBelowText = (change: Change): string =>
  tell(
    pairOf(change, 'alarm-below'),
    ({ share }) => `a backup below ${percent(share)} of the average raises no alert any more`,
    ({ share }) => `a backup below ${percent(share)} of the average raises an alert`,
    (after, before) =>
      `a backup raises an alert below ${percent(after.share)} of the average instead of ${percent(before.share)}`,
  );
