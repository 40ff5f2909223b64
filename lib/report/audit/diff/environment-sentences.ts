import type { Change } from '../../../audit/diff/diff.ts';
import { pairOf, tell } from './pair.ts';
import { ALARM_TEXTS, daysInstead, daysText, secondsInstead, secondsText } from './words.ts';

export const environmentText = (change: Change): string =>
  tell(
    pairOf(change, 'environment'),
    ({ environment }) =>
      `environment ${environment} removed: nothing of it is derived from the plan any more; what is deployed runs on until somebody removes it, and its buckets stay even then`,
    ({ environment }) => `new environment ${environment}`,
    ({ environment }) => `environment ${environment} is another`,
  );

export const planText = (change: Change): string =>
  tell(
    pairOf(change, 'plan'),
    ({ plan }) => `no longer of plan ${plan}`,
    ({ plan }) => `of plan ${plan}`,
    (after, before) =>
      `the plan is called ${after.plan} instead of ${before.plan}: buckets and jobs are named after it, so backups begin anew, and what is stored already stays in the old buckets`,
  );

export const accountText = (change: Change): string =>
  tell(
    pairOf(change, 'account'),
    ({ account }) => `no longer in account ${account}`,
    ({ account }) => `in account ${account}`,
    (after, before) =>
      `moves from account ${before.account} to ${after.account}: backups begin anew there, and what is stored already stays in the old account`,
  );

export const regionText = (change: Change): string =>
  tell(
    pairOf(change, 'region'),
    ({ role, region }) => `no ${role} in ${region} any more`,
    ({ role, region }) => `a ${role} in ${region}`,
    (after, before) => {
      const moves = `${after.role} moves from ${before.region} to ${after.region}`;
      return after.role === 'primary'
        ? `${moves}: backups begin anew in a bucket there, and what is stored already stays in ${before.region}`
        : `${moves}: new backups are copied to a bucket there, and what is stored already has its copy in ${before.region} only`;
    },
  );

const LOCKS = {
  governance: 'people with a special permission can lift it',
  compliance: 'nobody can lift it',
} as const;

export const lockText = (change: Change): string =>
  tell(
    pairOf(change, 'lock'),
    () =>
      'new backups are no longer locked: whoever may delete objects can delete them; what is locked already stays locked until its date',
    ({ mode }) =>
      `new backups are locked in ${mode} mode: ${LOCKS[mode]}; what is stored already is not`,
    (after, before) =>
      `new backups are locked in ${after.mode} mode instead of ${before.mode}: ${LOCKS[after.mode]}; what is locked already keeps its lock`,
  );

export const lockTimeText = (change: Change): string =>
  tell(
    pairOf(change, 'lock-time'),
    ({ days }) => `new backups are no longer locked for ${daysText(days)}`,
    ({ days }) => `new backups are locked for ${daysText(days)}`,
    (after, before) =>
      `new backups are locked for ${daysInstead(after.days, before.days)}, as long as the shortest retention of the environment`,
  );

export const encryptionText = (change: Change): string =>
  tell(
    pairOf(change, 'encryption'),
    ({ role, algorithm }) =>
      `new objects in the ${role} region are no longer encrypted with ${algorithm} and a key of our own`,
    ({ role, algorithm }) =>
      `new objects in the ${role} region are encrypted with ${algorithm} and a key of our own`,
    (after, before) =>
      after.algorithm === before.algorithm
        ? `new objects in the ${after.role} region are encrypted with the key ${after.key} instead of ${before.key}`
        : `new objects in the ${after.role} region are encrypted with ${after.algorithm} instead of ${before.algorithm}`,
  );

export const weekText = (change: Change): string =>
  tell(
    pairOf(change, 'week'),
    ({ startsOn }) => `weeks no longer begin on ${startsOn}`,
    ({ startsOn }) => `weeks begin on ${startsOn}`,
    (after, before) =>
      `weeks begin on ${after.startsOn} instead of ${before.startsOn}: another backup is the week's`,
  );

export const toldText = (change: Change): string =>
  tell(
    pairOf(change, 'told'),
    ({ address }) => `${address} is no longer told when a backup fails or is missing`,
    ({ address }) => `${address} is told when a backup fails or is missing`,
    ({ address }) => `${address} is told in another way`,
  );

export const alertText = (change: Change): string =>
  tell(
    pairOf(change, 'alert'),
    ({ name, condition }) => `alert ${name} removed; it fired when ${condition}`,
    ({ name, severity, condition }) => `new alert ${name} (${severity}), when ${condition}`,
    (after, before) =>
      after.severity === before.severity
        ? `alert ${after.name} fires when ${after.condition}; until now when ${before.condition}`
        : `alert ${after.name} is ${after.severity} instead of ${before.severity}`,
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
    ({ name, seconds }) =>
      `the alert about ${ALARM_TEXTS[name]} waits as long as the schedules allow, no longer ${secondsText(seconds)}`,
    ({ name, seconds }) =>
      `the alert about ${ALARM_TEXTS[name]} comes after ${secondsText(seconds)} at the latest`,
    (after, before) =>
      `the alert about ${ALARM_TEXTS[after.name]} comes after ${secondsInstead(after.seconds, before.seconds)}`,
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

export const recoveryText = (change: Change): string =>
  tell(
    pairOf(change, 'recovery'),
    ({ part, name }) => `recovery ${part} ${name} is no longer planned`,
    ({ part, name, seconds }) =>
      `recovery ${part} ${name} is planned${seconds === null ? '' : `, within ${secondsText(seconds)}`}`,
    (after, before) =>
      after.seconds === before.seconds
        ? `recovery ${after.part} ${after.name} has other steps`
        : `recovery ${after.part} ${after.name} takes ${budget(after.seconds)} instead of ${budget(before.seconds)}`,
  );

const budget = (seconds: number | null): string =>
  seconds === null ? 'what the others leave' : `${secondsText(seconds)} at most`;

export const findingText = (change: Change): string =>
  tell(
    pairOf(change, 'finding'),
    ({ code, path, reason }) =>
      `exception ${code} at ${path || 'the plan'} is gone; it was accepted because: ${reason}`,
    ({ code, path, message, reason }) =>
      `new exception ${code} at ${path || 'the plan'}: ${message}; accepted because: ${reason}`,
    (after, before) => {
      const place = `${after.code} at ${after.path || 'the plan'}`;
      if (!after.accepted) return `${place} is no longer accepted: ${after.message}`;
      return before.accepted
        ? `exception ${place} has another reason: ${after.reason}`
        : `${place} is accepted from now on: ${after.message}; because: ${after.reason}`;
    },
  );
