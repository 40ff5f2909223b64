import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const LIVE = 'lib/audit/live';

/** How IAM calls a service, by the package that asks it. */
const SERVICES: Readonly<Record<string, string>> = {
  backup: 'backup',
  cloudformation: 'cloudformation',
  cloudwatch: 'cloudwatch',
  'cloudwatch-logs': 'logs',
  eks: 'eks',
  eventbridge: 'events',
  iam: 'iam',
  kms: 'kms',
  lambda: 'lambda',
  pipes: 'pipes',
  s3: 's3',
  scheduler: 'scheduler',
  sfn: 'states',
  sns: 'sns',
  sqs: 'sqs',
};

/** Where the action has another name than the request. */
const NAMES: Readonly<Record<string, string>> = {
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetBucketNotificationConfiguration': 's3:GetBucketNotification',
  's3:GetBucketReplication': 's3:GetReplicationConfiguration',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:ListBucketInventoryConfigurations': 's3:GetInventoryConfiguration',
};

const FREE = 'sts';

/** Every request that the code can make, as IAM calls it. Identity is told to everybody. */
function asked(): string[] {
  const files = readdirSync(join(ROOT, LIVE), { recursive: true, encoding: 'utf8' });
  const texts = files
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(ROOT, LIVE, name), 'utf8'));
  const imports = texts.flatMap((text) => [
    ...text.matchAll(/import \{([^}]+)\} from '@aws-sdk\/client-([\w-]+)'/g),
  ]);
  const actions = imports.flatMap(([, names = '', service = '']) => {
    if (service === FREE) return [];
    const requests = [...names.matchAll(/\b(?:paginate(\w+)|(\w+)Command)\b/g)];
    return requests.map(([, paged, single]) => `${SERVICES[service]}:${paged ?? single}`);
  });
  return [...new Set(actions.map((action) => NAMES[action] ?? action))].sort();
}

test('the policy of the page allows what is asked, and nothing else', () => {
  const page = readFileSync(join(ROOT, 'docs/audit-live.md'), 'utf8');
  const [, json = ''] = /```json\n([\s\S]+?)```/.exec(page) ?? [];
  const policy: { Statement: { Action: string[] }[] } = JSON.parse(json);
  expect(policy.Statement.flatMap(({ Action }) => Action)).toEqual(asked());
});

test('it reads, and changes nothing', () => {
  expect(asked().filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  expect(asked()).toContain('kms:GetKeyPolicy');
});
