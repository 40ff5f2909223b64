import { audited, BUCKET, type Case, PRIMARY, REPLICA, testEdits } from './edit-cases.ts';
import { replace } from './edits.ts';

const POLICY = '"AWS::S3::BucketPolicy"';

const HOLDS: readonly Case[] = [
  [
    'somebody else who may release what is held',
    PRIMARY,
    replace([POLICY, 'ArnNotLike', 'verifier'], 'database-verifier', 'database-writer'),
    /does not refuse changes of holds, but by verifications, to everybody/,
  ],
  [
    'a policy that lets everybody release what is held',
    REPLICA,
    replace([POLICY, '"s3:PutObjectLegalHold"'], 'LegalHold', 'Tagging'),
    /does not refuse changes of holds/,
  ],
];

describe('with a lock', () => {
  testEdits(
    audited(),
    [
      ...HOLDS,
      [
        'another mode that writers may lock in',
        PRIMARY,
        replace([POLICY, '"s3:object-lock-mode": "GOVERNANCE"'], 'GOVERNANCE', 'COMPLIANCE'),
        /does not refuse a lock in another mode than governance/,
      ],
    ],
    { breaking: true },
  );
});

describe('without a lock', () => {
  testEdits(
    audited({ lock: false }),
    [
      ...HOLDS,
      [
        'a bucket that can hold nothing',
        PRIMARY,
        replace([BUCKET, '"ObjectLockEnabled": true'], 'true', 'false'),
        /has no object lock: the newest verified backup cannot be held/,
      ],
      [
        'locks that nobody asked for',
        REPLICA,
        replace([POLICY, '"s3:object-lock-remaining-retention-days": "false"'], 'false', 'true'),
        /does not refuse a lock, which the plan does not ask for,/,
      ],
    ],
    { breaking: true },
  );
});
