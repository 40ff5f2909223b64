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

test('starts the job that there is', () => {
  expect(text).toContain(`--from=cronjob/${cronJobName('database', 'base-backup')}`);
});
