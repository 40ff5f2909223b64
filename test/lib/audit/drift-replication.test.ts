import { audited, BUCKET, type Case, PRIMARY, testEdits } from './edit-cases.ts';
import { insert, remove, replace } from './edits.ts';

const REPLICATION = '"ReplicationConfiguration"';

const EDITS: readonly Case[] = [
  [
    'replication disabled',
    PRIMARY,
    replace(
      [BUCKET, REPLICATION, '"SseKmsEncryptedObjects"', '}', '}', '"Status"'],
      'Enabled',
      'Disabled',
    ),
    /has its replication disabled/,
  ],
  [
    'replication to elsewhere',
    PRIMARY,
    replace([BUCKET, REPLICATION, '"Bucket": "arn'], 'insightdesk', 'otherdesk'),
    /is replicated to arn:aws:s3:::tidemark-otherdesk/,
  ],
  ['replication removed', PRIMARY, remove([BUCKET, REPLICATION], 8), /is not replicated/],
  [
    'replication of unencrypted objects only',
    PRIMARY,
    replace([BUCKET, '"SseKmsEncryptedObjects"', '"Status"'], 'Enabled', 'Disabled'),
    /replicates only some of its objects/,
  ],
  [
    'replication without a time limit',
    PRIMARY,
    replace([BUCKET, '"ReplicationTime"', '"Status"'], 'Enabled', 'Disabled'),
    /without a time limit/,
  ],
  [
    'a copy in an archive',
    PRIMARY,
    insert([BUCKET, REPLICATION, '"Destination"'], ['"StorageClass": "DEEP_ARCHIVE",']),
    /is replicated to DEEP_ARCHIVE/,
  ],
  [
    'a copy with no key named',
    PRIMARY,
    remove([BUCKET, REPLICATION, '"ReplicaKmsKeyID"'], 16),
    /is replicated with no key of its own/,
  ],
  [
    'a copy with the key of somebody else',
    PRIMARY,
    replace([BUCKET, REPLICATION, '"ReplicaKmsKeyID"'], 'alias/tidemark', 'alias/somebody'),
    /is replicated with the key .*alias\/somebody/,
  ],
  [
    'replication without a word about encrypted objects',
    PRIMARY,
    remove([BUCKET, REPLICATION, '"SseKmsEncryptedObjects"'], 14),
    /replicates only some of its objects/,
  ],
  [
    'replication of a folder',
    PRIMARY,
    replace([BUCKET, REPLICATION, '"Prefix"'], '""', '"catalog/"'),
    /replicates only some of its objects/,
  ],
  [
    'a rule for a folder that comes first',
    PRIMARY,
    insert(
      [BUCKET, REPLICATION, '"Rules"'],
      [
        '{ "Destination": { "Bucket": "arn:aws:s3:::tidemark-insightdesk-production-333333333333-us-west-2" },',
        '"Filter": { "Prefix": "data/" }, "Priority": 2, "Status": "Enabled" },',
      ],
    ),
    /replicates some of its objects by another rule first/,
  ],
  [
    'a rule that is there under a condition',
    PRIMARY,
    insert([BUCKET, REPLICATION, '"Rules"'], ['{ "Fn::If": ["Less", {}, {}] },']),
    /what of tidemark-insightdesk-.* is replicated cannot be read/,
  ],
  [
    'deletions that are replicated',
    PRIMARY,
    replace([BUCKET, REPLICATION, '"DeleteMarkerReplication"', '"Status"'], 'Disabled', 'Enabled'),
    /replicates deletions, too/,
  ],
];

testEdits(audited(), EDITS, { breaking: true });
