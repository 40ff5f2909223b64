import { breaking, compiled, list, of, resources, statementsIn } from './all-resources.ts';
import { text } from './policy.ts';

/** What roles may do: their own policies and those attached to them. */
const allowed = [
  ...of('AWS::IAM::Role'),
  ...resources.filter(({ Type }) => Type === 'AWS::IAM::Policy'),
].flatMap(({ id, Properties }) =>
  [
    ...((Properties.Policies ?? []) as { PolicyDocument: unknown }[]).map(
      ({ PolicyDocument }) => PolicyDocument,
    ),
    ...(Properties.PolicyDocument ? [Properties.PolicyDocument] : []),
  ]
    .flatMap(statementsIn)
    .filter(({ Effect }) => Effect === 'Allow')
    .map((statement) => ({ id, statement })),
);

/** What one kind of role does and no other may. What it does it to is shown where all policies are evaluated together. */
const OWN_WORK: Readonly<Record<string, RegExp>> = {
  // Both write again what they wrote, and hide it. Versions stay.
  's3:DeleteObject': /^(VeleroAccess|Landing)/,
  's3:PutObjectRetention': /^Access\w+Writer/,
  's3:PutObjectLegalHold': /^(Access\w+Verifier|VerificationVerifyChecksum)/,
  // Of the one role that S3 computes digests as.
  'iam:PassRole': /^VerificationVerifyChecksum/,
};

describe('no role of any stack', () => {
  const actions = allowed
    .flatMap(({ id, statement: { Action } }) => list(Action).map((action) => ({ id, action })))
    .filter(({ id, action }) => !OWN_WORK[action]?.test(id));

  test.each([
    ['removes or hides what is stored', /^s3:(Delete|RestoreObject$)/i],
    [
      'goes around a lock or ends it',
      /^s3:(Bypass|PutObjectRetention|PutObjectLegalHold|PutBucketObjectLock)/i,
    ],
    [
      'configures a bucket',
      /^s3:Put(Bucket|Replication|Lifecycle|Encryption|AccountPublic|Access)/i,
    ],
    [
      'administers a key',
      /^kms:(?!Decrypt$|Encrypt$|GenerateDataKey\*?$|DescribeKey$|ReEncrypt\*$)/i,
    ],
    ['gives permissions', /^(iam|sts|organizations):/i],
    ['may do all of a service', /^(\*|\w+:\*)$/],
  ])('%s', (_, forbidden) => {
    expect(actions.filter(({ action }) => forbidden.test(action))).toEqual([]);
    expect(actions.length).toBeGreaterThan(100);
  });

  test('uses a key but through a service, for a bucket, a queue or a topic', () => {
    const loose = allowed.filter(
      ({ statement: { Action, Resource, Condition } }) =>
        list(Action).some((action) => action.startsWith('kms:')) &&
        list(Resource).some((resource) => text(resource).endsWith('*')) &&
        Condition?.StringEquals?.['kms:ViaService'] === undefined,
    );
    expect(loose).toEqual([]);
  });

  test('can be assumed by anybody but a service of AWS, for this account, or a person with a second factor', () => {
    const trusting = breaking(of('AWS::IAM::Role'), ({ Properties }) =>
      statementsIn(Properties.AssumeRolePolicyDocument).every(
        ({ Principal, Condition }) =>
          Object.keys(Principal as object).join() === 'Service' ||
          Condition?.Bool?.['aws:MultiFactorAuthPresent'] === 'true',
      ),
    );
    expect(trusting).toEqual([]);
  });
});

test('a schedule calls its one function or asks for a verification, and only the scheduler of this account makes it', () => {
  const roles = of('AWS::IAM::Role').filter(({ id }) => /ScheduleRole/.test(id));
  expect(roles).toHaveLength(2);
  // What targets of the CDK would add, every version of the function, comes as a policy of its own.
  const added = resources.filter(
    ({ Type, Properties }) =>
      Type === 'AWS::IAM::Policy' && JSON.stringify(Properties.Roles).includes('ScheduleRole'),
  );
  expect(added).toEqual([]);
  for (const { id, Properties } of roles) {
    const [{ PolicyDocument }] = Properties.Policies as [{ PolicyDocument: unknown }];
    expect(
      statementsIn(PolicyDocument).map(({ Action, Resource }) => [
        Action,
        list(Resource).map((one) => text(one).replace(/[0-9A-F]{8}/, '')),
      ]),
    ).toEqual(
      id.startsWith('Staleness')
        ? [
            ['lambda:InvokeFunction', [`\${StalenessAlertStaleFunction.Arn}`]],
            ['sqs:SendMessage', [`\${StalenessAlertStaleFailures.Arn}`]],
          ]
        : [
            [
              'sqs:SendMessage',
              [`\${VerificationRequestsQueue.Arn}`, `\${VerificationRequestsFailed.Arn}`],
            ],
          ],
    );
    expect(statementsIn(Properties.AssumeRolePolicyDocument)).toEqual([
      expect.objectContaining({
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': compiled.account,
            'aws:SourceArn': `arn:aws:scheduler:eu-central-1:${compiled.account}:schedule-group/default`,
          },
        },
      }),
    ]);
  }
});
