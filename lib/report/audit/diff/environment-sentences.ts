import type { Change } from '../../../audit/diff/diff.ts';
import type { Fact } from '../../../audit/diff/facts.ts';
import { pairOf, tell } from './pair.ts';
import { daysInstead, daysText, secondsText } from './words.ts';

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
    (before) => `no longer in ${accountsText(before)}`,
    (after) => `in ${accountsText(after)}`,
    (after, before) =>
      after.account === before.account
        ? `replica moves from account ${before.ofReplica} to ${after.ofReplica}: new backups are copied to a bucket there, and what is stored already is not`
        : `moves from ${accountsText(before)} to ${accountsText(after)}: backups begin anew there, and what is stored already stays in the old account`,
  );

const accountsText = ({ account, ofReplica }: Extract<Fact, { about: 'account' }>): string =>
  account === ofReplica
    ? `account ${account}`
    : `account ${account} with copies in account ${ofReplica}`;

export const regionsText = (change: Change): string =>
  tell(
    pairOf(change, 'regions'),
    ({ primary, replica }) => `no longer in ${primary} and ${replica}`,
    ({ primary, replica }) => `in ${primary}, copied to ${replica}`,
    (after, before) => {
      if (after.primary === before.replica && after.replica === before.primary) {
        return `primary and replica change places: new backups are written in ${after.primary} and copied to ${after.replica}`;
      }
      const replica = `replica moves from ${before.replica} to ${after.replica}: new backups are copied to a bucket there, and what is stored already is not`;
      if (after.primary === before.primary) return replica;
      const primary = `primary moves from ${before.primary} to ${after.primary}: backups begin anew in a bucket there, and what is stored already stays in ${before.primary}`;
      return after.replica === before.replica ? primary : `${primary}; ${replica}`;
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

export const peopleText = (change: Change): string =>
  tell(
    pairOf(change, 'people'),
    () => 'nobody can break the glass any more: only the roles of the sources read backups',
    ({ principals, removes }) =>
      `${principals.join(', ')} may break the glass: they read every backup${removes ? `, and ${REMOVING}` : ''}`,
    (after, before) =>
      [
        ...(after.removes === before.removes
          ? []
          : [
              after.removes
                ? `who breaks the glass ${REMOVING}`
                : 'who breaks the glass can no longer remove what is locked in governance mode',
            ]),
        ...(after.principals.join() === before.principals.join()
          ? []
          : [
              `${after.principals.join(', ')} may break the glass instead of ${before.principals.join(', ')}`,
            ]),
      ].join('; '),
  );

const REMOVING = 'may also remove what is locked in governance mode';

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
