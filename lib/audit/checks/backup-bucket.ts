import type { CompiledPlan } from '../../plan/compiled.ts';
import { lockDays, longestLockDays } from '../../plan/promised-days.ts';
import { type Breach, everyRow, lackAnywhere } from '../breach.ts';
import type { CopyFacts } from '../read/environment.ts';
import { checkBucket } from './bucket.ts';
import { checkBucketPolicy } from './bucket-policy.ts';
import { checkLifecycle } from './lifecycle.ts';
import { ANY_LOCK, lockBounds, otherHolders } from './lock-refusals.ts';
import { OVERWRITING, type Refusal, unsafe } from './refusals.ts';
import { checkDecided } from './undecided.ts';

/** What the bucket of the backups of one region has to be. */
export function checkBackupBucket(copy: CopyFacts, compiled: CompiledPlan): Breach[] {
  const { bucket } = copy;
  if (!bucket) return [{ ...noBucket(copy), breaks: everyRow }];
  const { lock: mode } = compiled;
  const undecided = checkDecided(bucket);
  const refusals = [...unsafe(bucket), OVERWRITING, ...lockRefusals(copy, compiled)];
  return [
    ...(undecided.length > 0 ? undecided : checkLifecycle(bucket, compiled)),
    ...checkBucket(bucket, mode === null ? 'holds' : { mode, days: lockDays(compiled) }),
    ...checkBucketPolicy(bucket, refusals),
  ];
}

/** What is refused of locks and holds: all that the roles of the plan do not need. */
function lockRefusals({ side }: CopyFacts, compiled: CompiledPlan): Refusal[] {
  const { lock } = compiled;
  const bounds =
    lock === null ? [ANY_LOCK] : lockBounds(lock, lockDays(compiled), longestLockDays(compiled));
  return [...bounds, otherHolders(compiled, side)];
}

export const noBucket = ({ bucketName, region, template }: CopyFacts): Breach => ({
  place: template,
  message: `no template has the bucket ${bucketName} in ${region}; the plan needs it`,
  remedy: 'restore the bucket and its name: synthesise again',
  lacks: lackAnywhere(`"BucketName": "${bucketName}"`),
});
