import { holders } from '../../access/holders.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Side } from '../../storage/location.ts';
import { textOf } from '../intrinsics.ts';
import type { Refusal } from './refusals.ts';

const LOCK_DAYS = 's3:object-lock-remaining-retention-days';
const LOCK_MODE = 's3:object-lock-mode';

type Mode = NonNullable<CompiledPlan['lock']>;

const locking = { action: 's3:PutObjectRetention', of: 'objects' } as const;

/** Locks of objects for less or more days, or in another mode. @param longest null = without a bound */
export function lockBounds(mode: Mode, shortest: number, longest: number | null): Refusal[] {
  const bound = (what: string, operator: string, days: number): Refusal => ({
    ...locking,
    what: `a lock ${what} than ${days} d`,
    conditions: [[operator, LOCK_DAYS, `${days}`]],
  });
  return [
    bound('shorter', 'NumericLessThan', shortest),
    ...(longest === null ? [] : [bound('longer', 'NumericGreaterThan', longest)]),
    {
      ...locking,
      what: `a lock in another mode than ${mode}`,
      conditions: [
        ['Null', LOCK_MODE, 'false'],
        ['StringNotEquals', LOCK_MODE, mode.toUpperCase()],
      ],
    },
  ];
}

/** Every lock, where the plan asks for none. */
export const ANY_LOCK: Refusal = {
  ...locking,
  what: 'a lock, which the plan does not ask for,',
  conditions: [['Null', LOCK_DAYS, 'false']],
};

/** Holding and releasing by anybody but those who verify, and the replication. */
export const otherHolders = (compiled: CompiledPlan, side: Side): Refusal => ({
  what: 'changes of holds, but by verifications,',
  action: 's3:PutObjectLegalHold',
  of: 'objects',
  conditions: [['ArnNotLike', 'aws:PrincipalArn', textOf(holders(compiled, side))]],
});
