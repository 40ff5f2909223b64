import { RUNS } from '../../catalog/keys.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import { evidenceDays } from '../../storage/evidence-days.ts';
import { evidenceOf, otherSide, veleroOf } from '../../storage/location.ts';
import { type Breach, lackIn } from '../breach.ts';
import type { BucketFacts } from '../read/bucket.ts';
import type { CopyFacts } from '../read/environment.ts';
import { lifecycleOf } from '../read/lifecycle.ts';
import { noBucket } from './backup-bucket.ts';
import { checkBucket } from './bucket.ts';
import { checkBucketPolicy } from './bucket-policy.ts';
import { lockBounds } from './lock-refusals.ts';
import { OVERWRITING, unsafe } from './refusals.ts';
import { checkReplication } from './replication.ts';
import { checkDecided } from './undecided.ts';

/** What a bucket beside those of the backups has to be. It keeps no row of the matrix, so it breaks none. */
export function checkBeside(copy: CopyFacts, compiled: CompiledPlan): Breach[] {
  const { bucket } = copy;
  if (!bucket) return [noBucket(copy)];
  const breaches =
    copy.purpose === 'velero' ? velero(bucket, copy, compiled) : evidence(bucket, copy, compiled);
  return [...checkDecided(bucket), ...breaches].map(({ breaks: _, ...rest }) => rest);
}

/** Locked for as long as it is kept, whatever the lock of the backups is. */
function evidence(bucket: BucketFacts, { side }: CopyFacts, compiled: CompiledPlan): Breach[] {
  const days = evidenceDays(compiled);
  const mode = compiled.lock ?? 'governance';
  const refusals = [...unsafe(bucket), OVERWRITING, ...lockBounds(mode, days, days)];
  return [
    ...checkBucket(bucket, { mode, days }),
    ...checkBucketPolicy(bucket, refusals),
    ...checkExpiry(bucket, days),
    ...(side === 'primary' ? checkReplication(bucket, evidenceOf(compiled, otherSide(side))) : []),
  ];
}

function checkExpiry(bucket: BucketFacts, days: number): Breach[] {
  const prefix = `${RUNS}/`;
  const { visibleDays, decisive } = lifecycleOf(bucket.rules, prefix, bucket.versioned);
  if (visibleDays === days) return [];
  const { body, whole } = bucket.resource;
  const at = decisive?.expiration ?? decisive?.at ?? body.get('LifecycleConfiguration') ?? whole;
  const found = visibleDays === null ? 'for ever' : `for ${visibleDays} d`;
  return [
    {
      place: at.place,
      message: `${bucket.name} keeps what verifications and drills found ${found}; the plan needs ${days} d`,
      remedy: `set ExpirationInDays of the rule for ${prefix} to ${days}`,
      lacks: lackIn(decisive?.at ?? whole, 'ExpirationInDays'),
    },
  ];
}

/** Velero rewrites and removes what it stores: versions protect it, and nothing may hide it by itself. */
function velero(bucket: BucketFacts, { side }: CopyFacts, compiled: CompiledPlan): Breach[] {
  const { visibleDays, decisive } = lifecycleOf(bucket.rules, '', bucket.versioned);
  const to = veleroOf(compiled, otherSide(side));
  return [
    ...checkBucket(bucket, null),
    ...checkBucketPolicy(bucket, unsafe(bucket)),
    ...(visibleDays === null || !decisive
      ? []
      : [
          {
            place: (decisive.expiration ?? decisive.at).place,
            message: `${bucket.name} hides what Velero stored after ${visibleDays} d; Velero alone removes it`,
            remedy: `take the expiration out of rule ${decisive.id}`,
          },
        ]),
    ...(side === 'primary' && !isCopied(bucket, to.bucketName)
      ? [
          {
            place: (bucket.resource.body.get('ReplicationConfiguration') ?? bucket.resource.whole)
              .place,
            message: `${bucket.name} is not copied to ${to.bucketName}; the plan needs it`,
            remedy: 'restore ReplicationConfiguration: synthesise again',
            lacks: lackIn(bucket.resource.whole, ''),
          },
        ]
      : []),
  ];
}

/** Deletions included: a copy that kept them would grow for ever. */
export const isCopied = ({ replication }: BucketFacts, to: string): boolean =>
  replication.some(
    ({ enabled, everything, destination }) =>
      enabled && everything && destination === `arn:aws:s3:::${to}`,
  );
