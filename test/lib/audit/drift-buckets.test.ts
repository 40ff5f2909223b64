import { audited, BUCKET, type Case, PRIMARY, REPLICA, testEdits } from './edit-cases.ts';
import { insert, replace } from './edits.ts';

const POLICY = '"AWS::S3::BucketPolicy"';

const EDITS: readonly Case[] = [
  [
    'versioning suspended',
    PRIMARY,
    replace([BUCKET, '"VersioningConfiguration"', '"Status"'], 'Enabled', 'Suspended'),
    /keeps no versions/,
  ],
  [
    'another encryption',
    REPLICA,
    replace([BUCKET, '"SSEAlgorithm"'], 'aws:kms', 'AES256'),
    /AES256.*the plan needs aws:kms/,
  ],
  [
    'a key that is not rotated',
    PRIMARY,
    replace(['"AWS::KMS::Key"', '"EnableKeyRotation"'], 'true', 'false'),
    /is not rotated/,
  ],
  [
    'a shorter lock',
    PRIMARY,
    replace([BUCKET, '"DefaultRetention"', '"Days"'], '7', '1'),
    /governance mode for 1 d; the plan needs governance mode for 7 d/,
  ],
  [
    'another mode of the lock',
    REPLICA,
    replace([BUCKET, '"DefaultRetention"', '"Mode"'], 'GOVERNANCE', 'COMPLIANCE'),
    /a lock in compliance mode/,
  ],
  [
    'no lock',
    PRIMARY,
    replace([BUCKET, '"ObjectLockEnabled": true'], 'true', 'false'),
    /has no object lock/,
  ],
  [
    'a bound of the lock that is gone',
    PRIMARY,
    replace([POLICY, 'NumericLessThan": {', 's3:object-lock-remaining'], '"7"', '"1"'),
    /does not refuse a lock shorter than 7 d/,
  ],
  [
    'public access',
    PRIMARY,
    replace([BUCKET, '"BlockPublicPolicy"'], 'true', 'false'),
    /can be made public: BlockPublicPolicy is off/,
  ],
  [
    'requests without TLS',
    PRIMARY,
    replace([POLICY, 'aws:SecureTransport'], 'false', 'true'),
    /does not refuse requests without TLS/,
  ],
  [
    'overwriting',
    REPLICA,
    replace([POLICY, '"s3:if-none-match": "true"'], '"true"', '"false"'),
    /does not refuse overwriting/,
  ],
  [
    'requests without TLS from one address',
    PRIMARY,
    insert([POLICY, '"Bool": {'], ['        "aws:ViaAWSService": "false",']),
    /does not refuse requests without TLS/,
  ],
  [
    'overwriting of all but a folder',
    PRIMARY,
    replace([POLICY, '"NotResource"'], 'landing/*', '*'),
    /does not refuse overwriting/,
  ],
  [
    'a key of somebody else',
    REPLICA,
    replace([POLICY, 'DenyOtherEncryption', 'EncryptionKey'], 'Backups', 'Somebodys'),
    /does not refuse encryption by another key/,
  ],
  [
    'a bucket that goes with its stack',
    PRIMARY,
    replace([BUCKET, '"DeletionPolicy"'], 'Retain', 'Delete'),
    /DeletionPolicy of .* is Delete/,
  ],
  [
    'another bucket',
    PRIMARY,
    replace(['"BucketName"'], 'insightdesk', 'otherdesk'),
    /no template has the bucket tidemark-insightdesk-/,
  ],
  [
    'a key that is disabled',
    PRIMARY,
    insert(['"AWS::KMS::Key"', '"Properties": {'], ['"Enabled": false,']),
    /the key of tidemark-insightdesk-.* is disabled/,
  ],
  [
    'a bucket that is there under a condition',
    REPLICA,
    insert([BUCKET], ['"Condition": "WithBackups",']),
    /whether tidemark-insightdesk-.* is there cannot be read/,
  ],
  [
    'a template that does not parse',
    PRIMARY,
    insert(['"AWS::KMS::Key"', '"Properties": {'], ['"Enabled": ,']),
    /cannot be read: not JSON \(Unexpected token ','\)/,
  ],
];

testEdits(audited(), EDITS, { breaking: true });
