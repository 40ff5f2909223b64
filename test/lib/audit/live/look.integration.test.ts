import { SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import type { Live } from '../../../../lib/audit/live/model.ts';
import {
  ACCOUNT,
  type DeployedEnvironment,
  deployedEnvironment,
} from '../../../support/deployed/environment.ts';
import { production } from '../../plan/example.ts';
import { GROUPS } from '../../vaults/shop.ts';

const PLAN = {
  ...production({ account: ACCOUNT, lock: 'governance' as const }),
  awsBackup: { groups: GROUPS },
};

let environment: DeployedEnvironment;

beforeAll(async () => {
  environment = await deployedEnvironment(PLAN);
});

afterAll(() => environment.stop());

afterEach(() => {
  environment.gateway.faults = [];
});

const unseen = ({ unseen }: Live) =>
  unseen.map(({ type, properties, reason }) => [type, properties, reason]);

describe('what is deployed as it was synthesised', () => {
  test('has no drift, and everything of it was looked at', async () => {
    const live = await environment.look();
    expect([live.drifts, live.unseen, live.failback]).toEqual([[], [], false]);
    const left = live.notLookedAt.reduce((sum, { count }) => sum + count, 0);
    const [resources, same] = [live.stacks, live.stacks].map((stacks, index) =>
      stacks.reduce((sum, stack) => sum + (index === 0 ? stack.resources : stack.same), 0),
    );
    expect(same).toBe(Number(resources) - left);
    expect(live.stacks.map(({ region, status }) => [region, status])).toEqual([
      ['eu-central-1', 'CREATE_COMPLETE'],
      ['eu-west-1', 'CREATE_COMPLETE'],
    ]);
  });

  test('is only read', async () => {
    const { asked } = environment.gateway;
    asked.length = 0;
    await environment.look();
    const operations = new Set(asked.map((one) => one.replace(/ GET .*/, ' GET')));
    const writing = [...operations].filter((one) => !/ (GET$|Get|List|Describe)/.test(one));
    expect(writing).toEqual([]);
    expect(operations.size).toBeGreaterThan(15);
  });
});

describe('what may not be looked at', () => {
  test('is said to be unseen, with what is beside it still compared', async () => {
    environment.gateway.faults = [
      { service: 's3', operation: /-velero\/?\?lifecycle/, status: 403, code: 'AccessDenied' },
    ];
    const live = await environment.look();
    expect(live.drifts).toEqual([]);
    const reason = 'access denied (AccessDenied: AccessDenied on purpose)';
    expect(unseen(live)).toEqual([
      ['AWS::S3::Bucket', ['LifecycleConfiguration'], reason],
      ['AWS::S3::Bucket', ['LifecycleConfiguration'], reason],
    ]);
  });

  test('names all properties that one refused request would have told', async () => {
    environment.gateway.faults = [
      { service: 'kms', operation: /^DescribeKey$/, status: 400, code: 'AccessDeniedException' },
    ];
    const live = await environment.look();
    expect(live.drifts).toEqual([]);
    const key = unseen(live).find(([type]) => type === 'AWS::KMS::Key');
    expect(key?.[1]).toEqual(['Description', 'KeyState']);
  });

  test('is asked for again where AWS refuses because of too many requests', async () => {
    environment.gateway.faults = [
      { service: 'iam', operation: /^GetRole$/, status: 400, code: 'Throttling', times: 2 },
    ];
    const live = await environment.look(4);
    expect([live.drifts, live.unseen]).toEqual([[], []]);
  });

  test('is unseen where AWS goes on refusing', async () => {
    environment.gateway.faults = [
      { service: 'events', operation: /./, status: 400, code: 'ThrottlingException' },
    ];
    const live = await environment.look(1);
    expect(live.drifts).toEqual([]);
    expect(live.unseen[0]?.reason).toContain('refused for too many requests (ThrottlingException');
  });

  test('ends the look where nothing can be found without it', async () => {
    environment.gateway.faults = [
      { service: 'cloudformation', operation: /List/, status: 403, code: 'AccessDenied' },
    ];
    await expect(environment.look()).rejects.toThrow(
      /cannot read the stack shop-production-.*allow cloudformation:DescribeStacks/,
    );
  });

  test('ends the look where the credentials expire meanwhile', async () => {
    environment.gateway.faults = [
      { service: 'iam', operation: /^GetRole$/, status: 403, code: 'ExpiredToken' },
    ];
    await expect(environment.look()).rejects.toThrow(/no longer takes the credentials/);
  });

  test('ends the look where AWS does not take the credentials', async () => {
    environment.gateway.faults = [
      { service: 'sts', operation: /./, status: 403, code: 'InvalidClientTokenId' },
    ];
    await expect(environment.look()).rejects.toThrow(
      /there are no credentials that AWS takes for account 123456789012 in eu-central-1.*--profile/,
    );
  });
});

describe('stacks', () => {
  test('that are protected no more, or whose deployment failed, differ', async () => {
    const stack = environment.stackOf('replica');
    Object.assign(stack, { terminationProtection: false, status: 'UPDATE_ROLLBACK_FAILED' });
    const live = await environment.look();
    Object.assign(stack, { terminationProtection: true, status: 'CREATE_COMPLETE' });
    expect(live.drifts.map(({ name, property, found }) => [name, property, found])).toEqual([
      ['shop-production-eu-west-1', 'Status', 'UPDATE_ROLLBACK_FAILED'],
      ['shop-production-eu-west-1', 'TerminationProtection', 'false'],
    ]);
  });

  test('tell who is to blame: what CloudFormation deployed, or somebody after it', async () => {
    const stack = environment.stackOf('primary');
    const { template } = stack;
    const { primary } = environment.clients;
    const TopicArn = environment.idOf('primary', /^AlertsTopic[0-9A-F]{8}$/);
    const call = (AttributeValue: string) =>
      primary.sns.send(
        new SetTopicAttributesCommand({ TopicArn, AttributeName: 'DisplayName', AttributeValue }),
      );
    await call('nobody');
    const byHand = await environment.look();
    stack.template = template.replace(
      '"DisplayName": "tidemark shop-production"',
      '"DisplayName": "nobody"',
    );
    const notDeployed = await environment.look();
    stack.template = template;
    environment.gateway.faults = [
      { service: 'cloudformation', operation: /^GetTemplate$/, status: 403, code: 'AccessDenied' },
    ];
    const unknown = await environment.look();
    await call('tidemark shop-production');
    for (const live of [byHand, notDeployed, unknown]) {
      expect(
        live.drifts.map(({ property, expected, found }) => [property, expected, found]),
      ).toEqual([['DisplayName', 'tidemark shop-production', 'nobody']]);
    }
    expect([byHand, notDeployed, unknown].map(({ drifts }) => drifts[0]?.byHand)).toEqual([
      true,
      false,
      null,
    ]);
  });

  test('may have been deployed with other code of a Lambda', async () => {
    const stack = environment.stackOf('primary');
    const { template } = stack;
    const [, key = ''] = /"S3Key": "([0-9a-f]+\.zip)"/.exec(template) ?? [];
    stack.template = template.replace(key, 'old.zip');
    const live = await environment.look();
    stack.template = template;
    expect(
      live.drifts.map(({ type, property, expected, found, byHand }) => [
        ...[type, property, expected, found, byHand],
      ]),
    ).toEqual([['AWS::Lambda::Function', 'Code.S3Key', key, 'old.zip', false]]);
  });

  test('may have more than their templates', async () => {
    const { made } = environment.stackOf('replica');
    made.set('Old1234', { type: 'AWS::SNS::Topic', physicalId: 'arn:old' });
    made.set('CDKMetadata', { type: 'AWS::CDK::Metadata', physicalId: 'x' });
    const live = await environment.look();
    made.delete('Old1234');
    made.delete('CDKMetadata');
    expect(live.drifts.map(({ kind, type, name }) => [kind, type, name])).toEqual([
      ['extra', 'AWS::SNS::Topic', 'Old1234 (arn:old)'],
    ]);
  });

  test('may not be deployed at all', async () => {
    const { stacks } = environment.gateway.cloudFormation;
    const key = 'eu-west-1 shop-production-eu-west-1';
    const stack = environment.stackOf('replica');
    stacks.delete(key);
    const live = await environment.look();
    stacks.set(key, stack);
    expect(live.drifts.map(({ kind, type, name }) => [kind, type, name])).toEqual([
      ['missing', 'AWS::CloudFormation::Stack', 'shop-production-eu-west-1'],
    ]);
    expect(live.stacks.find(({ region }) => region === 'eu-west-1')?.status).toBeNull();
  });
});
