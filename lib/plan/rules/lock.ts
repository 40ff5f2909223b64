import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { LONGEST_LOCK_DAYS } from '../limits.ts';
import { jobDays } from '../lock-days.ts';
import { isStored } from '../protections.ts';

/** Every object is locked as long as its class keeps it; but not every class can be locked. */
export function checkLock({ settings, environment, sources }: CheckedPlan): Finding[] {
  if (settings.lock === undefined) return [];
  const path = `environments.${environment}.lock`;
  const classes = sources.flatMap(({ name, rows }) =>
    rows
      .filter(isStored)
      .flatMap(({ kind, tiers }) =>
        tiers.map(({ tier, class: { days } }) => ({ what: `${tier ?? kind} of ${name}`, days })),
      ),
  );
  const endless = classes.filter(({ days }) => days === null || days > LONGEST_LOCK_DAYS);
  const kept = Math.max(0, ...classes.map(({ days }) => days ?? 0));
  // Data is locked for as long as its job may take before its manifest is there, too.
  const longest = kept + jobDays(sources.flatMap(({ rows }) => rows));
  return [
    ...endless.map(
      ({ what, days }): Finding => ({
        code: 'TM307',
        severity: 'error',
        path,
        message: `${what} is kept ${days === null ? 'for ever' : `${days} d`}, but S3 locks an object for ${LONGEST_LOCK_DAYS} d at most`,
        value: settings.lock,
        remedy: "name a retention that ends, such as '10y', or leave the lock out",
      }),
    ),
    ...(settings.lock === 'compliance' && endless.length === 0
      ? [
          {
            code: 'TM308',
            severity: 'info',
            path,
            message: `whatever is written cannot be removed by anyone, not even the account's root, for up to ${longest} d; it is paid for as long`,
            value: settings.lock,
            remedy:
              "nothing to do if that is meant; lock: 'governance' can be lifted by a person with a special permission",
          } satisfies Finding,
        ]
      : []),
  ];
}
