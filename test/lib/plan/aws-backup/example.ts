import { full } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { plan, production } from '../example.ts';

export type AwsBackup = NonNullable<PlanInput['awsBackup']>;
export type Group = AwsBackup['groups'][string];

export const NIGHTLY = full({ at: '02:00', keep: { daily: '35d', monthly: '1y' } });

/** A group in which nothing is wrong, with changes. */
export const group = (changes: Partial<Group> = {}): Group => ({
  resources: ['rds'],
  tag: { key: 'backup', value: 'tidemark' },
  protect: [NIGHTLY],
  verify: { restore: 'monthly' },
  ...changes,
});

export const backup = (changes: Partial<Group> = {}, rest: Partial<AwsBackup> = {}): PlanInput =>
  plan({ awsBackup: { groups: { things: group(changes) }, ...rest } });

export const protect = (...rows: Group['protect']): PlanInput => backup({ protect: rows });

/** In an environment whose lock nobody can lift. */
export const locked = (lock: AwsBackup['lock'], changes: Partial<Group> = {}): PlanInput => ({
  ...production({ lock: 'compliance' }),
  awsBackup: { ...(lock && { lock }), groups: { things: group(changes) } },
});
