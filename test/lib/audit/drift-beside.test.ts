import { audited, type Case, PRIMARY, REPLICA, testEdits } from './edit-cases.ts';
import { replace } from './edits.ts';

const EVIDENCE = '-evidence",';
const VELERO = '-velero",';
const NAMED = '"BucketName"';

const EDITS: readonly Case[] = [
  [
    'evidence that is locked for a shorter time',
    PRIMARY,
    replace([NAMED, EVIDENCE, '"DefaultRetention"', '"Days"'], '366', '30'),
    /-evidence has a lock in governance mode for 30 d; the plan needs governance mode for 366 d/,
  ],
  [
    'evidence that expires',
    REPLICA,
    replace([NAMED, EVIDENCE, '"ExpirationInDays"'], '366', '90'),
    /-evidence keeps what verifications and drills found for 90 d; the plan needs 366 d/,
  ],
  [
    'evidence that is copied at no certain time',
    PRIMARY,
    replace(
      [NAMED, EVIDENCE, '"ReplicationConfiguration"', '"ReplicationTime"', '"Status"'],
      'Enabled',
      'Disabled',
    ),
    /-evidence is replicated without a time limit/,
  ],
  [
    "Velero's backups that are copied to elsewhere",
    PRIMARY,
    replace([NAMED, VELERO, '"ReplicationConfiguration"', '"Bucket": "'], '-velero', '-other'),
    /-velero is not copied to tidemark-insightdesk-production-333333333333-us-west-2-velero/,
  ],
  [
    "Velero's backups that expire by themselves",
    PRIMARY,
    replace([NAMED, VELERO, '"Id": "deleted"'], '"Id"', '"ExpirationInDays": 30, "Id"'),
    /-velero hides what Velero stored after 30 d; Velero alone removes it/,
  ],
  [
    "Velero's bucket without versions",
    REPLICA,
    replace([NAMED, VELERO, '"VersioningConfiguration"', '"Status"'], 'Enabled', 'Suspended'),
    /-velero keeps no versions/,
  ],
  [
    "Velero's bucket that can be public",
    PRIMARY,
    replace([NAMED, VELERO, '"BlockPublicAcls"'], 'true', 'false'),
    /-velero can be made public/,
  ],
];

const environment = audited();

describe('buckets beside those of the backups', () => {
  testEdits(environment, EDITS, { breaking: false });

  test('are told with what holds in each region', () => {
    const { buckets } = environment.audit(environment.files());
    expect(buckets.map(({ purpose, role, kept }) => [purpose, role, kept])).toEqual(
      (['backups', 'evidence', 'velero'] as const).flatMap((purpose) => [
        [purpose, 'primary', true],
        [purpose, 'replica', true],
      ]),
    );
    expect(buckets.find(({ purpose }) => purpose === 'evidence')).toMatchObject({
      lock: { mode: 'governance', days: 366 },
      takesHolds: true,
      expiresAfterDays: 366,
      copiedTo: expect.stringMatching(/us-west-2-evidence$/),
    });
    expect(buckets.find(({ purpose }) => purpose === 'velero')).toMatchObject({
      lock: null,
      takesHolds: false,
      expiresAfterDays: null,
      hiddenForDays: 30,
    });
  });
});

describe('without a lock of the plan', () => {
  const unlocked = audited({ lock: false });

  test('evidence is locked all the same', () => {
    const { buckets } = unlocked.audit(unlocked.files());
    expect(buckets.map(({ purpose, lock }) => [purpose, lock?.mode ?? null])).toEqual([
      ['backups', null],
      ['backups', null],
      ['evidence', 'governance'],
      ['evidence', 'governance'],
      ['velero', null],
      ['velero', null],
    ]);
  });
});
