import { buildAudit } from '../../../lib/audit/build.ts';
import type { Synthesised } from '../../../lib/audit/read/environment.ts';
import { type Edit, edited, insert, remove, removeLine, replace } from './edits.ts';
import { type AuditedEnvironment, auditedEnvironment } from './environment.ts';

let environment: AuditedEnvironment;
beforeAll(async () => {
  environment = await auditedEnvironment();
}, 60_000);

const audit = (files: Synthesised, fresh: Synthesised | undefined = environment.files) =>
  buildAudit({ ...environment, ...files, fresh, drills: [] });

const PRIMARY = 'us-east-1.template.json';
const REPLICA = 'us-west-2.template.json';
const CRON_JOB = '60-database-base-backup';
const STREAMER = '50-database-wal';

const BUCKET = '"AWS::S3::Bucket"';
const RULES = '"LifecycleConfiguration"';
const REPLICATION = '"ReplicationConfiguration"';
const POLICY = '"AWS::S3::BucketPolicy"';
const alarm = (name: string): string => `/database/${name} [`;

type Case = readonly [what: string, file: string, edit: Edit, message: RegExp];

/** A lifecycle rule's lines are sorted: its days come before its id and its prefix. */
const ofRule = (id: string, text: string): string[] => [BUCKET, RULES, `"Id": "${id}"`, text];

const BROKEN: readonly Case[] = [
  [
    'fewer days of a class',
    PRIMARY,
    replace([BUCKET, RULES, '"ExpirationInDays": 30'], '30', '20'),
    /below catalog\/30d\/ after 20 d; the plan needs 30 d/,
  ],
  [
    'more days of a class',
    REPLICA,
    replace([BUCKET, RULES, '"ExpirationInDays": 90'], '90', '900'),
    /below catalog\/90d\/ after 900 d; the plan needs 90 d/,
  ],
  [
    'data that goes before its manifest',
    PRIMARY,
    replace([BUCKET, RULES, '"ExpirationInDays": 367'], '367', '366'),
    /below data\/366d-cold\/ after 366 d; the plan needs 367 d/,
  ],
  [
    'a rule disabled',
    REPLICA,
    replace(ofRule('wal-7d', '"Status"'), 'Enabled', 'Disabled'),
    /rule wal-7d is disabled/,
  ],
  [
    'a rule deleted',
    PRIMARY,
    remove(ofRule('catalog-90d', '"Prefix"'), 12),
    /no rule that expires objects below catalog\/90d\//,
  ],
  [
    'a rule of a cold class deleted',
    REPLICA,
    remove(ofRule('data-366d-cold', '"Prefix"'), 12),
    /no rule that expires objects below data\/366d-cold\//,
  ],
  [
    'a transition of old versions only',
    PRIMARY,
    replace(
      ofRule('data-366d-cold', '"Transitions"'),
      'Transitions',
      'NoncurrentVersionTransitions',
    ),
    /leaves objects below data\/366d-cold\/ in the standard class/,
  ],
  [
    'a rule for less than its class',
    PRIMARY,
    replace(ofRule('data-30d', '"Prefix"'), 'data/30d/', 'data/30d/database/2026'),
    /rule data-30d of .* is for a part of data\/30d\/ only/,
  ],
  [
    'a rule that hides everything',
    PRIMARY,
    insert(
      [BUCKET, RULES, '"Rules"'],
      ['{', '"ExpirationInDays": 3,', '"Id": "tidy",', '"Status": "Enabled"', '},'],
      1,
    ),
    /after 3 d; the plan needs .* \(and \d+ more by this line\)/,
  ],
  [
    'noncurrent versions kept for a year',
    PRIMARY,
    replace(ofRule('data-30d', '"NoncurrentDays"'), '1', '365'),
    /below data\/30d\/ may be deleted after 396 d/,
  ],
  [
    'an archive that cannot be read at once',
    PRIMARY,
    replace(ofRule('data-366d-cold', '"StorageClass"'), 'GLACIER_IR', 'DEEP_ARCHIVE'),
    /DEEP_ARCHIVE after 30 d; the plan needs GLACIER_IR/,
  ],
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
    'an alarm deleted',
    PRIMARY,
    remove([alarm('backup-failed')], 4),
    /backup-failed \[critical\] is missing/,
  ],
  [
    'a threshold of an alarm',
    PRIMARY,
    replace([alarm('backup-missing'), '"Threshold"'], '108000', '1080000'),
    /has Threshold 1080000; the plan needs 108000/,
  ],
  [
    'silence that is taken for health',
    PRIMARY,
    replace([alarm('backup-missing'), '"TreatMissingData"'], 'breaching', 'notBreaching'),
    /has TreatMissingData notBreaching/,
  ],
  [
    'an alarm about something else',
    PRIMARY,
    replace([alarm('wal-behind'), '"MetricName"'], 'WalLagSeconds', 'VerifiedBytes'),
    /has MetricName VerifiedBytes/,
  ],
  [
    'actions of an alarm disabled',
    PRIMARY,
    insert(['"AWS::CloudWatch::Alarm"', '"Properties"'], ['"ActionsEnabled": false,']),
    /has its actions disabled/,
  ],
  [
    'an address of nobody',
    PRIMARY,
    replace(['"AWS::SNS::Subscription"', '"Endpoint"'], 'oncall', 'nobody'),
    /nobody tells oncall@insightdesk.example/,
  ],
  [
    'a verification disabled',
    PRIMARY,
    replace(['"AWS::Scheduler::Schedule"', '"State"'], 'ENABLED', 'DISABLED'),
    /verification of database is disabled/,
  ],
  [
    'a rarer verification',
    PRIMARY,
    replace(['"AWS::Scheduler::Schedule"', '"ScheduleExpression"'], '? * 2 *', '1 * ? *'),
    /verification of database runs at cron\(30 6 1 \* \? \*\)/,
  ],
  [
    'new backups not verified',
    PRIMARY,
    replace(['"AWS::Events::Rule"', '"State"'], 'ENABLED', 'DISABLED'),
    /each backup verified when it appears/,
  ],
  [
    'another package of a Lambda',
    PRIMARY,
    replace(['"AWS::Lambda::Function"', '"S3Key"'], '.zip', '0.zip'),
    /the Lambda that re-reads the backups of insightdesk production has another package/,
  ],
  [
    'another schedule of a job',
    CRON_JOB,
    replace(['  schedule:'], '0 3', '0 9'),
    /runs at '0 9 \* \* \*'; the plan needs the full backups of database at '0 3 \* \* \*'/,
  ],
  [
    'another time zone',
    CRON_JOB,
    replace(['timeZone:'], 'Etc/UTC', 'Asia/Tokyo'),
    /reads its schedule in Asia\/Tokyo/,
  ],
  ['a job suspended', CRON_JOB, insert(['  schedule:'], ['  suspend: true']), /is suspended/],
  [
    'a job that is ended sooner',
    CRON_JOB,
    replace(['activeDeadlineSeconds:'], '21600', '60'),
    /ends a job after 60 s; the plan needs 21600 s/,
  ],
  [
    'a job that writes elsewhere',
    CRON_JOB,
    replace(['TIDEMARK_STORE', 'value:'], 'insightdesk', 'otherdesk'),
    /writes to s3:\/\/tidemark-otherdesk/,
  ],
  [
    'a job that reads no plan',
    CRON_JOB,
    replace(['configMap:', 'name:'], 'tidemark-plan', 'other-plan'),
    /reads no plan: there is no ConfigMap other-plan-/,
  ],
  ['a streamer of no pods', STREAMER, replace(['replicas:'], '1', '0'), /has 0 replicas/],
  [
    'another class in what the pods read',
    '40-plan',
    replace(['"kind": "wal"', '"class"'], '7d', '1d'),
    /sources\.0\.protections\.0\.tiers\.0\.class is "1d"; the plan needs "7d"/,
  ],
  [
    'a file that does not parse',
    PRIMARY,
    insert(['"AWS::KMS::Key"', '"Properties": {'], ['"Enabled": ,']),
    /cannot be read: not JSON \(Unexpected token ','\)/,
  ],
];

/** What no promise of the plan says, but what differs all the same. */
const DIFFERENT: readonly Case[] = [
  [
    'a right that nobody needs',
    PRIMARY,
    insert(['"AWS::IAM::Role"', '"Action": ['], ['"s3:DeleteObject",']),
    /line \d+ is not derived from the plan: "s3:DeleteObject"/,
  ],
  [
    'a right that is missing',
    PRIMARY,
    removeLine(['"AWS::IAM::Role"', '"s3:GetObjectRetention"']),
    /a line is missing that the plan derives: "s3:GetObjectRetention"/,
  ],
  [
    'another image',
    STREAMER,
    replace(['image:'], 'ghcr.io', 'registry.example.com'),
    /found image: registry\.example\.com.*derived image: ghcr\.io/,
  ],
  [
    'a file that nobody applies',
    'kustomization',
    removeLine(['60-database-base-backup']),
    /missing that the plan derives: - 60-database-base-backup.yaml/,
  ],
];

describe('files as they are synthesised', () => {
  test('keep every promise', () => {
    const { problems, retention } = audit(environment.files);
    expect(problems).toEqual([]);
    expect(retention.filter(({ kept, notDerived }) => !kept && notDerived === null)).toEqual([]);
  });
});

describe('an edit by hand', () => {
  test.each([...BROKEN, ...DIFFERENT])(
    '%s is one problem, at its line',
    (_, name, edit, message) => {
      const { files, file, line } = edited(environment.files, name, edit);
      const { problems } = audit(files);
      expect(problems).toEqual([
        {
          place: { file, line, resource: expect.any(String) },
          message: expect.stringMatching(message),
          remedy: expect.any(String),
        },
      ]);
    },
  );
});

test('converted line ends are told as such, once for each file', () => {
  const { templates, manifests } = environment.files;
  const converted = templates.map(({ file, text }) => ({
    file,
    text: text.replaceAll('\n', '\r\n'),
  }));
  const { problems } = audit({ templates: converted, manifests });
  expect(problems.map(({ message }) => message)).toEqual(
    templates.map(() => expect.stringMatching(/CR LF.*nothing else differs.*core\.autocrlf/)),
  );
});
