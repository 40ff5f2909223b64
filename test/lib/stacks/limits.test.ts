import { compiledPlan, source, templates } from './environment.ts';

/** As many sources as the documentation says that one environment can have. */
const SOURCES = 25;

const names = Array.from({ length: SOURCES }, (_, i) => `${'database-'.repeat(4)}${i}`);
const { primary, replica } = templates(
  compiledPlan({
    plan: 'p'.repeat(40),
    sources: names.map((name) => source(name)),
  }),
);

describe.each([
  ['primary', primary],
  ['replica', replica],
])('the %s template of many sources stays below the limits of', (_, template) => {
  const properties = (type: string) =>
    Object.values(template.findResources(type)).map(({ Properties }) => Properties);

  test('CloudFormation: 500 resources and 1 MB', () => {
    expect(Object.keys(template.toJSON().Resources).length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(template.toJSON()).length).toBeLessThan(1_000_000);
  });

  test('IAM: 10,240 characters of inline policy in a role', () => {
    const sizes = properties('AWS::IAM::Role').map(
      ({ Policies = [] }) => JSON.stringify(Policies).length,
    );
    expect(Math.max(...sizes)).toBeLessThan(10_240);
  });

  test('KMS: 32 KB of key policy', () => {
    const sizes = properties('AWS::KMS::Key').map(
      ({ KeyPolicy }) => JSON.stringify(KeyPolicy).length,
    );
    expect(Math.max(...sizes)).toBeLessThan(32_768);
  });

  test('S3: 20 KB of bucket policy and 1,000 lifecycle rules', () => {
    for (const { PolicyDocument } of properties('AWS::S3::BucketPolicy')) {
      expect(JSON.stringify(PolicyDocument).length).toBeLessThan(20_480);
    }
    for (const { LifecycleConfiguration } of properties('AWS::S3::Bucket')) {
      expect(LifecycleConfiguration.Rules.length).toBeLessThanOrEqual(1000);
    }
  });
});
