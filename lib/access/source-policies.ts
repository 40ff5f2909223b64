import * as iam from 'aws-cdk-lib/aws-iam';
import { STORE_KEY } from '../catalog/keys.ts';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { holdObjects } from './hold.ts';
import {
  aboutBoth,
  addObjects,
  DECRYPT,
  ENCRYPT,
  HIDDEN,
  listKeys,
  listPrefixes,
  lockObjects,
  named,
  type PolicyBucket,
  readObjects,
  thawObjects,
  useKey,
} from './policies.ts';
import {
  archivedKeys,
  dataKeys,
  heldKeys,
  historyKeys,
  lockedKeys,
  parentKeys,
  proofKeys,
  recordKeys,
  restoreKeys,
  writableKeys,
} from './source-keys.ts';

/**
 * Reads no backed-up data: the streamer compares segments, the backup looks at earlier manifests, and an incremental one at
 * the names of files in its parent.
 */
export function writerPolicy(
  compiled: CompiledPlan,
  bucket: PolicyBucket,
  source: CompiledSource,
): iam.PolicyDocument {
  const locked = lockedKeys(compiled, source);
  return new iam.PolicyDocument({
    statements: [
      addObjects(bucket, writableKeys(source)),
      ...(locked.length > 0 ? [lockObjects(bucket, locked)] : []),
      readObjects(bucket, [...historyKeys(source), ...parentKeys(source)]),
      // Whether its own data has arrived, where an answer was lost: it cannot ask the object itself.
      listKeys(bucket, [...historyKeys(source), ...dataKeys(source)]),
      useKey(bucket, ENCRYPT),
    ],
  });
}

/**
 * Adds nothing but the record of a restore, next to the nearer copy.
 * @param buckets the nearer copy first
 */
export function restorerPolicy(
  compiled: CompiledPlan,
  buckets: readonly [PolicyBucket, PolicyBucket],
  source: CompiledSource,
): iam.PolicyDocument {
  const keys = [...historyKeys(source), ...dataKeys(source)];
  const [here] = buckets;
  return new iam.PolicyDocument({
    statements: aboutBoth(buckets, (bucket) => [
      readObjects(bucket, keys, HIDDEN),
      ...(bucket === here ? [addObjects(bucket, restoreKeys(source))] : []),
      ...(archives(compiled) ? [thawObjects(bucket, archivedKeys(source))] : []),
      listKeys(bucket, keys, HIDDEN),
      useKey(bucket, bucket === here ? ENCRYPT : DECRYPT),
    ]),
  });
}

/**
 * Reads like a restore, holds what it found to be sound, and adds nothing but what it found: next to the backups, and where
 * nobody can remove it.
 */
export function verifierPolicy(
  bucket: PolicyBucket,
  evidence: PolicyBucket,
  source: CompiledSource,
): iam.PolicyDocument {
  const keys = [...historyKeys(source), ...dataKeys(source)];
  return new iam.PolicyDocument({
    statements: [
      ...named('Here', [
        readObjects(bucket, keys, HIDDEN),
        addObjects(bucket, proofKeys(source)),
        holdObjects(bucket, heldKeys(source)),
        listKeys(bucket, keys, HIDDEN),
        useKey(bucket, ENCRYPT),
      ]),
      ...named('Evidence', [
        readObjects(evidence, recordKeys(source)),
        addObjects(evidence, [...proofKeys(source), STORE_KEY]),
        listPrefixes(evidence, recordKeys(source)),
        useKey(evidence, ENCRYPT),
      ]),
    ],
  });
}

/** Whether something has to be thawed before it can be read. */
export const archives = ({ classes, retired }: CompiledPlan): boolean =>
  [...classes, ...retired].some(({ storage }) => storage === 'archive');
