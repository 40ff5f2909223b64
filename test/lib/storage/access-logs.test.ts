import { Match } from 'aws-cdk-lib/assertions';
import { compiledPlan, templates } from '../stacks/environment.ts';

const compiled = compiledPlan();
const both = templates(compiled);

describe.each(['primary', 'replica'] as const)('the logs of the %s region', (side) => {
  const template = both[side];
  const arn = (name: string) => `arn:aws:s3:::${name}`;
  const { evidence, velero } = compiled.buckets;
  const backups = compiled.buckets[side];

  test.each([
    ['backups', backups],
    ['evidence', evidence[side]],
    ['velero', velero[side]],
  ])('have a folder for the requests to the bucket of %s', (folder, BucketName) => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName,
      LoggingConfiguration: {
        DestinationBucketName: { Ref: Match.stringLikeRegexp('^BackupsAccessLogs') },
        LogFilePrefix: `${folder}/`,
      },
    });
  });

  test('take from each service what it delivers for these buckets, and nothing else', () => {
    const policies = template.findResources('AWS::S3::BucketPolicy');
    const [policy] = Object.entries(policies)
      .filter(([id]) => id.startsWith('BackupsAccessLogs'))
      .map(([, { Properties }]) => Properties.PolicyDocument.Statement);
    const allowed = policy.filter(({ Effect }: { Effect: string }) => Effect === 'Allow');
    const from = (of: string[]) => ({
      StringEquals: { 'aws:SourceAccount': compiled.account },
      ArnEquals: { 'aws:SourceArn': of },
    });
    expect(
      allowed.map(({ Action, Condition, Principal, Resource }: Record<string, unknown>) => ({
        Action,
        Condition,
        Principal,
        keys: JSON.stringify(Resource).match(/\/[^"]*/)?.[0],
      })),
    ).toEqual([
      {
        Action: 's3:PutObject',
        Condition: from([backups, evidence[side], velero[side]].map(arn)),
        Principal: { Service: 'logging.s3.amazonaws.com' },
        keys: '/*',
      },
      {
        Action: 's3:PutObject',
        Condition: from([arn(backups)]),
        Principal: { Service: 's3.amazonaws.com' },
        keys: '/inventory/*',
      },
    ]);
  });

  test('get a list of every version in the bucket of the backups once a week', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: backups,
      InventoryConfigurations: [
        {
          Id: 'weekly',
          Enabled: true,
          ScheduleFrequency: 'Weekly',
          IncludedObjectVersions: 'All',
          Destination: {
            BucketArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BackupsAccessLogs'), 'Arn'] },
            BucketAccountId: compiled.account,
            Format: 'CSV',
            Prefix: 'inventory',
          },
          OptionalFields: Match.arrayWith([
            'ChecksumAlgorithm',
            'ObjectLockLegalHoldStatus',
            'ObjectLockRetainUntilDate',
            'ReplicationStatus',
            'StorageClass',
          ]),
        },
      ],
    });
  });
});
