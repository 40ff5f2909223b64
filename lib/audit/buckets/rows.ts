import { RUNS } from '../../catalog/keys.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import { checkBackupBucket } from '../checks/backup-bucket.ts';
import { checkBeside } from '../checks/beside.ts';
import type { BucketFacts } from '../read/bucket.ts';
import type { CopyFacts, EnvironmentFacts } from '../read/environment.ts';
import { lifecycleOf } from '../read/lifecycle.ts';
import type { BucketRow, Purpose } from './model.ts';

/** Every bucket of both regions that must not be lost, with what its template says. */
export const bucketRows = (
  { copies, beside }: Pick<EnvironmentFacts, 'copies' | 'beside'>,
  compiled: CompiledPlan,
): BucketRow[] => [...copies, ...beside].map((copy) => rowOf(copy, compiled));

function rowOf(copy: CopyFacts, compiled: CompiledPlan): BucketRow {
  const { purpose, side, region, bucketName, bucket } = copy;
  const base = { purpose, role: side, region, name: bucketName };
  if (!bucket) return { ...base, ...NOTHING };
  const check = purpose === 'backups' ? checkBackupBucket : checkBeside;
  const { versioned, encryption, takesHolds } = bucket;
  return {
    ...base,
    versioned,
    encryption,
    lock: lockOf(bucket),
    takesHolds,
    ...daysOf(bucket, purpose),
    copiedTo: copiedTo(bucket),
    place: bucket.resource.whole.place,
    kept: check(copy, compiled).length === 0,
  };
}

const NOTHING = {
  versioned: false,
  encryption: null,
  lock: null,
  takesHolds: false,
  expiresAfterDays: null,
  hiddenForDays: null,
  copiedTo: null,
  place: null,
  kept: false,
} as const;

function lockOf({ lock }: BucketFacts): BucketRow['lock'] {
  const mode = lock?.mode;
  return lock && (mode === 'governance' || mode === 'compliance')
    ? { mode, days: lock.days }
    : null;
}

/** Of what all of it has in common: the classes of backups differ. */
function daysOf(
  { rules, versioned }: BucketFacts,
  purpose: Purpose,
): Pick<BucketRow, 'expiresAfterDays' | 'hiddenForDays'> {
  if (purpose === 'backups') return { expiresAfterDays: null, hiddenForDays: null };
  const prefix = purpose === 'evidence' ? `${RUNS}/` : '';
  const hidden = rules
    .filter((rule) => rule.enabled && prefix.startsWith(rule.prefix))
    .flatMap(({ noncurrentDays }) => noncurrentDays ?? []);
  return {
    expiresAfterDays: lifecycleOf(rules, prefix, versioned).visibleDays,
    hiddenForDays: hidden.length === 0 ? null : Math.min(...hidden),
  };
}

const copiedTo = ({ replication }: BucketFacts): string | null =>
  replication.find(({ enabled }) => enabled)?.destination.replace(/^arn:aws:s3:::/, '') ?? null;
