import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cronJobName } from '../../k8s/charts/names.ts';
import { stacks } from '../lib/stacks/all-resources.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, 'docs/deploy.md'), 'utf8');

/** `AWS::S3::Bucket` is of the service S3. */
const services = (types: Iterable<string>): string[] => [
  ...new Set([...types].map((type) => type.split('::')[1] ?? '')),
];

test('names every service that a deployment makes resources of, and no other', () => {
  const types = stacks.flatMap(({ template }) =>
    Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type),
  );
  const [, table = ''] = /^\| service .*?\n\|[-|]+\n(.*?)\n\n/ms.exec(text) ?? [];
  const named = table.split('\n').flatMap((row) => {
    const [, names = ''] = row.split('|');
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  });
  expect(named.sort()).toEqual(
    services(types)
      .filter((name) => name !== 'CDK')
      .sort(),
  );
});

/** What CloudFormation calls something by itself begins with the name of its stack. */
test('tells every beginning of names that a policy of a deployment has to let through', () => {
  const NAMES = ['BucketName', 'RoleName', 'QueueName', 'StateMachineName', 'TopicName'];
  const own = stacks.flatMap(({ template }) =>
    Object.values<{ Type: string; Properties?: Record<string, unknown> }>(template.Resources)
      .filter(({ Type }) => /::(Bucket|Role|Queue|StateMachine|Topic|Function)$/.test(Type))
      .map(({ Type, Properties = {} }) => {
        const name = NAMES.map((key) => Properties[key]).find((value) => value !== undefined);
        return { Type, name: typeof name === 'string' ? name : undefined };
      }),
  );
  const named = own.flatMap(({ name }) => name ?? []);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !name.startsWith('tidemark'))).toEqual([]);
  const unnamed = new Set(own.flatMap(({ Type, name }) => (name === undefined ? [Type] : [])));
  expect([...unnamed]).toEqual(
    expect.arrayContaining(['AWS::S3::Bucket', 'AWS::IAM::Role', 'AWS::Lambda::Function']),
  );
  expect(text).toContain('names that begin with `tidemark` or `<plan>-<environment>`');
  expect(text).toContain('roles named `tidemark-*` and `<plan>-<environment>-*`');
});

test('lets CloudFormation read what the CDK asks it to', () => {
  const asked = stacks.flatMap(({ template }) =>
    Object.values<{ Type: string }>(template.Parameters ?? {}).map(({ Type }) => Type),
  );
  expect(asked).toContain('AWS::SSM::Parameter::Value<String>');
  expect(text).toContain('`ssm:GetParameters`');
  expect(text).toContain('`s3:GetObject` on `cdk-*-assets-*`');
});

test('starts the job that there is', () => {
  expect(text).toContain(`--from=cronjob/${cronJobName('database', 'base-backup')}`);
});
