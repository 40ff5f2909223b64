import { LIMITS } from '../../aws-backup/capabilities.ts';
import type { ResolvedAwsBackup } from '../../aws-backup/resolve.ts';
import type { CheckedPlan } from '../../compile.ts';
import type { Finding } from '../../findings.ts';
import { days } from '../../values/duration.ts';
import { daysText } from '../keeps.ts';
import { ruleText } from './rule-text.ts';

/** A locked vault refuses the job, not the plan: without these checks, the first sign were a backup that fails at night. */
export function checkVaultLock({ settings }: CheckedPlan, awsBackup: ResolvedAwsBackup): Finding[] {
  if (settings.lock === undefined) return [];
  return [
    ...outside(awsBackup),
    ...(settings.lock === 'compliance' ? [...changeableTooShort(awsBackup), final(awsBackup)] : []),
  ];
}

/** What is kept in one of the vaults, and for how long. */
const keptIn = ({ groups }: ResolvedAwsBackup) =>
  groups.flatMap(({ name, rules }) =>
    rules.flatMap((rule) => [
      { what: ruleText(name, rule), kept: rule.keepDays },
      ...(rule.copy
        ? [{ what: `the copy of ${ruleText(name, rule)}`, kept: rule.copy.keepDays }]
        : []),
    ]),
  );

function outside(awsBackup: ResolvedAwsBackup): Finding[] {
  const { min, max } = awsBackup.given.lock;
  return keptIn(awsBackup).flatMap(({ what, kept }): Finding[] => {
    const inDays = kept ?? Number.POSITIVE_INFINITY;
    return [
      ...(min !== undefined && inDays < days(min)
        ? [
            {
              code: 'TM811',
              severity: 'error' as const,
              path: awsBackup.pathOf('lock', 'min'),
              message: `${what} is kept ${daysText(kept)}, but the vault is locked for at least ${days(min)} d: AWS Backup fails the job`,
              value: min,
              remedy: `lock for at most ${daysText(kept)}, leave min out, or keep it longer`,
            },
          ]
        : []),
      ...(max !== undefined && inDays > days(max)
        ? [
            {
              code: 'TM812',
              severity: 'error' as const,
              path: awsBackup.pathOf('lock', 'max'),
              message: `${what} is kept ${daysText(kept)}, but the lock of the vault allows ${days(max)} d at most: AWS Backup fails the job`,
              value: max,
              remedy: `allow ${kept === null ? 'any time: leave max out' : daysText(kept)}, or keep it for less`,
            },
          ]
        : []),
    ];
  });
}

function changeableTooShort(awsBackup: ResolvedAwsBackup): Finding[] {
  const { changeableFor } = awsBackup.given.lock;
  if (days(changeableFor) >= LIMITS.changeableDays) return [];
  return [
    {
      code: 'TM813',
      severity: 'error',
      path: awsBackup.pathOf('lock', 'changeableFor'),
      message: `a compliance lock shall be final after ${days(changeableFor)} d, but AWS Backup leaves ${LIMITS.changeableDays} d at least to take it away`,
      value: changeableFor,
      remedy: `write '${LIMITS.changeableDays}d' or more`,
    },
  ];
}

function final(awsBackup: ResolvedAwsBackup): Finding {
  const { changeableFor } = awsBackup.given.lock;
  return {
    code: 'TM308',
    severity: 'info',
    path: awsBackup.pathOf('lock'),
    message: `${days(changeableFor)} d after the first deployment nobody can lift or change the lock of the vaults, not even to keep something longer than what is now kept longest`,
    value: awsBackup.given.lock,
    remedy: "nothing to do if that is meant; a larger max, such as max: '10y', leaves room",
  };
}
