import { type Breach, everyRow, lackIn } from '../breach.ts';
import { isOn } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import type { BucketFacts } from '../read/bucket.ts';

/** How every object is locked by default; `holds` = not at all, but single ones can be held. */
export type NeededLock =
  | { readonly mode: 'governance' | 'compliance'; readonly days: number }
  | 'holds';

/**
 * What holds for a bucket as a whole: each of these breaks every promise that is kept in it.
 * @param lock null = whatever it is
 */
export function checkBucket(bucket: BucketFacts, lock: NeededLock | null): Breach[] {
  return [
    ...checkVersioning(bucket),
    ...checkEncryption(bucket),
    ...(lock === null ? [] : checkLock(bucket, lock)),
    ...checkPublicAccess(bucket),
    ...checkRemoval(bucket),
  ];
}

/** @param missing what is not there, where the whole of something is cited for want of it */
const breach = (at: Located, message: string, remedy: string, missing?: string): Breach => ({
  place: at.place,
  message,
  remedy,
  ...(missing !== undefined && { lacks: lackIn(at, missing) }),
  breaks: everyRow,
});

function checkVersioning({ name, versioned, resource: { body, whole } }: BucketFacts): Breach[] {
  if (versioned) return [];
  return [
    breach(
      body.get('VersioningConfiguration', 'Status') ?? whole,
      `${name} keeps no versions: an overwritten or deleted backup is gone`,
      'set VersioningConfiguration.Status to Enabled',
      'VersioningConfiguration',
    ),
  ];
}

function checkEncryption({ name, encryption, key, resource }: BucketFacts): Breach[] {
  const { body, whole } = resource;
  const rules = body.get('BucketEncryption', 'ServerSideEncryptionConfiguration', 0);
  const rule = rules?.get('ServerSideEncryptionByDefault');
  const at = body.get('BucketEncryption') ?? whole;
  if (encryption?.algorithm !== 'aws:kms' || !key) {
    const found =
      encryption === null
        ? 'no default encryption'
        : `${encryption.algorithm} with ${encryption.key || "a key of Amazon's"}`;
    const wrong = encryption?.algorithm === 'aws:kms' ? 'KMSMasterKeyID' : 'SSEAlgorithm';
    return [
      breach(
        rule?.get(wrong) ?? at,
        `${name} has ${found}; the plan needs aws:kms with the key of the same template`,
        'restore BucketEncryption: SSEAlgorithm aws:kms and KMSMasterKeyID of the backup key',
        'BucketEncryption',
      ),
    ];
  }
  const usable = key.body.get('Enabled');
  if (usable && !isOn(usable)) {
    return [
      breach(
        usable,
        `the key of ${name} is disabled: nothing can be written to it or read from it`,
        'set Enabled to true, or remove it',
      ),
    ];
  }
  if (isOn(key.body.get('EnableKeyRotation'))) return [];
  return [
    breach(
      key.body.get('EnableKeyRotation') ?? key.whole,
      `the key of ${name} is not rotated`,
      'set EnableKeyRotation to true',
      'EnableKeyRotation',
    ),
  ];
}

function checkLock({ name, lock, resource }: BucketFacts, needed: NeededLock): Breach[] {
  if (needed === 'holds') return checkHolding(name, resource);
  const { mode, days } = needed;
  if (lock?.mode === mode && lock.days === days) return [];
  const { body, whole } = resource;
  const retention = body.get('ObjectLockConfiguration', 'Rule', 'DefaultRetention');
  const at =
    lock === null
      ? (body.get('ObjectLockEnabled') ?? retention ?? whole)
      : (retention?.get(lock.mode === mode ? 'Days' : 'Mode') ?? whole);
  const found = lock === null ? 'no object lock' : `a lock in ${lock.mode} mode for ${lock.days} d`;
  return [
    breach(
      at,
      `${name} has ${found}; the plan needs ${mode} mode for ${days} d`,
      `set ObjectLockEnabled and a DefaultRetention of Mode ${mode.toUpperCase()}, Days ${days}`,
      'ObjectLock',
    ),
  ];
}

/** Without object lock nothing can be held, and the newest backup goes when it expires. */
function checkHolding(name: string, { body, whole }: BucketFacts['resource']): Breach[] {
  const enabled = body.get('ObjectLockEnabled');
  if (isOn(enabled)) return [];
  return [
    breach(
      enabled ?? whole,
      `${name} has no object lock: the newest verified backup cannot be held when it expires`,
      'set ObjectLockEnabled to true, without a DefaultRetention',
      'ObjectLock',
    ),
  ];
}

/** All four keep a bucket from being made public. */
export const PUBLIC_ACCESS = [
  'BlockPublicAcls',
  'BlockPublicPolicy',
  'IgnorePublicAcls',
  'RestrictPublicBuckets',
];

function checkPublicAccess({ name, resource: { body, whole } }: BucketFacts): Breach[] {
  const block = body.get('PublicAccessBlockConfiguration');
  const open = PUBLIC_ACCESS.filter((setting) => block?.get(setting)?.value !== true);
  if (open.length === 0) return [];
  return [
    breach(
      block?.get(open[0] ?? '') ?? block ?? whole,
      `${name} can be made public: ${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} off`,
      `set ${open.join(', ')} of PublicAccessBlockConfiguration to true`,
      block ? open[0] : 'PublicAccessBlockConfiguration',
    ),
  ];
}

function checkRemoval({ name, resource: { whole } }: BucketFacts): Breach[] {
  return ['DeletionPolicy', 'UpdateReplacePolicy']
    .filter((policy) => whole.text(policy) !== 'Retain')
    .map((policy) =>
      breach(
        whole.get(policy) ?? whole,
        `${policy} of ${name} is ${whole.text(policy) ?? 'not set'}: the bucket would go with its stack`,
        `set ${policy} to Retain`,
        `"${policy}"`,
      ),
    );
}
