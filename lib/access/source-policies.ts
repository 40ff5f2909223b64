import * as iam from 'aws-cdk-lib/aws-iam';
import { STORE_KEY } from '../catalog/keys.ts';
import type { CompiledSource } from '../plan/compiled.ts';
import {
  addObjects,
  DECRYPT,
  ENCRYPT,
  listKeys,
  listPrefixes,
  type PolicyBucket,
  readObjects,
  useKey,
} from './policies.ts';
import { dataKeys, historyKeys, proofKeys, recordKeys, writableKeys } from './source-keys.ts';

/** Reads no backed-up data: the streamer compares segments and the backup looks at earlier manifests. */
export function writerPolicy(bucket: PolicyBucket, source: CompiledSource): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      addObjects(bucket, writableKeys(source)),
      readObjects(bucket, historyKeys(source)),
      listKeys(bucket, historyKeys(source)),
      useKey(bucket, ENCRYPT),
    ],
  });
}

/** @param buckets the nearer copy first */
export function restorerPolicy(
  buckets: PolicyBucket[],
  source: CompiledSource,
): iam.PolicyDocument {
  const keys = [...historyKeys(source), ...dataKeys(source)];
  return new iam.PolicyDocument({
    statements: buckets.flatMap((bucket, i) =>
      of(i === 0 ? 'Here' : 'Elsewhere', [
        readObjects(bucket, keys),
        listKeys(bucket, keys),
        useKey(bucket, DECRYPT),
      ]),
    ),
  });
}

/** Reads like a restore, and adds nothing but what it found: next to the backups, and where nobody can remove it. */
export function verifierPolicy(
  bucket: PolicyBucket,
  evidence: PolicyBucket,
  source: CompiledSource,
): iam.PolicyDocument {
  const keys = [...historyKeys(source), ...dataKeys(source)];
  return new iam.PolicyDocument({
    statements: [
      ...of('Here', [
        readObjects(bucket, keys),
        addObjects(bucket, proofKeys(source)),
        listKeys(bucket, keys),
        useKey(bucket, ENCRYPT),
      ]),
      ...of('Evidence', [
        readObjects(evidence, recordKeys(source)),
        addObjects(evidence, [...proofKeys(source), STORE_KEY]),
        listPrefixes(evidence, recordKeys(source)),
        useKey(evidence, ENCRYPT),
      ]),
    ],
  });
}

/** Statements about several buckets in one policy need names of their own. */
function of(what: string, statements: iam.PolicyStatement[]): iam.PolicyStatement[] {
  for (const statement of statements) statement.sid = `${statement.sid}${what}`;
  return statements;
}
