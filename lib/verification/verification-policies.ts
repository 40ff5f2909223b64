import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { acknowledge, keyByAlias, keyPatterns } from '../access/acknowledge.ts';
import { ALL_HELD, holdObjects } from '../access/hold.ts';
import {
  addObjects,
  DECRYPT,
  ENCRYPT,
  HIDDEN,
  listKeys,
  listPrefixes,
  named,
  type PolicyBucket,
  readObjects,
  useKey,
} from '../access/policies.ts';
import { ALL_DATA, ALL_HISTORY, ALL_VERIFICATIONS } from '../access/source-keys.ts';
import { DATA, PARTS_FILE, RUNS, STORE_KEY, SUMS_FILE } from '../catalog/keys.ts';
import { workPatterns } from './work-bucket.ts';

interface Stores {
  readonly bucket: PolicyBucket;
  readonly evidence: PolicyBucket;
  readonly work: s3.Bucket;
}

/** What says how a backup is laid out. Plans and reports need no more of the data. */
const LAYOUT = [PARTS_FILE, SUMS_FILE].map((name) => `${DATA}/*/${name}`);
const EVIDENCE = [`${RUNS}/*`, STORE_KEY];
const WORK = ['*'];

/** Plans and collects: reads what describes backups, writes down what was found, and moves the hold. */
export function checksumPolicy({ bucket, evidence, work }: Stores): iam.PolicyStatement[] {
  return [
    readObjects(bucket, [...ALL_HISTORY, ...LAYOUT], HIDDEN),
    addObjects(bucket, ALL_VERIFICATIONS),
    listKeys(bucket, [...ALL_HISTORY, ...ALL_DATA], HIDDEN),
    holdObjects(bucket, ALL_HELD),
    useKey(bucket, ENCRYPT),
    ...named('Evidence', [
      readObjects(evidence, EVIDENCE),
      addObjects(evidence, [...ALL_VERIFICATIONS, STORE_KEY]),
      listPrefixes(evidence, EVIDENCE),
      useKey(evidence, ENCRYPT),
    ]),
    ...workPolicy(work),
  ];
}

/** Reads every byte, and writes only what it found, into the work bucket. */
export function partPolicy({ bucket, work }: Stores): iam.PolicyStatement[] {
  const read = [...ALL_HISTORY, ...ALL_DATA];
  return [
    readObjects(bucket, read, HIDDEN),
    listKeys(bucket, read, HIDDEN),
    useKey(bucket, DECRYPT),
    ...workPolicy(work),
  ];
}

function workPolicy({ bucketArn }: s3.Bucket): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'Work',
      actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
      resources: WORK.map((key) => `${bucketArn}/${key}`),
    }),
    new iam.PolicyStatement({
      sid: 'ListWork',
      actions: ['s3:ListBucket'],
      resources: [bucketArn],
    }),
  ];
}

/** The rules of cdk-nag on patterns of keys, answered for both functions. */
export function acknowledgeVerification(
  { checksum, part }: { readonly checksum: iam.Role; readonly part: iam.Role },
  { bucket, evidence, work }: Stores,
): void {
  acknowledge(checksum, {
    ...keyPatterns(
      bucket,
      [...ALL_HISTORY, ...LAYOUT, ...ALL_VERIFICATIONS, ...ALL_HELD],
      'reads what describes every backup of the one environment whose bucket this is, holds the newest sound one and adds what was found to the records of runs: its work',
    ),
    ...keyPatterns(
      evidence,
      [...EVIDENCE, ...ALL_VERIFICATIONS],
      'keeps what was found about every source of the one environment whose evidence this is: its work',
    ),
    ...keyByAlias(evidence),
    'AwsSolutions-IAM5[Resource::*]':
      'a job of S3 Batch Operations has no name before it is made; conditions allow the one operation that only computes, in this region',
    ...workPatterns(work, WORK),
  });
  acknowledge(part, {
    ...keyPatterns(
      bucket,
      [...ALL_HISTORY, ...ALL_DATA],
      'reads every backup of the one environment whose bucket this is, and writes nothing there: its work',
    ),
    ...workPatterns(work, WORK),
  });
}
