import { Template } from 'aws-cdk-lib/assertions';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { sourceGroups } from '../../../lib/stacks/spread.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { compiledPlan, source } from './environment.ts';

interface SynthesisedStack {
  readonly id: string;
  readonly template: Template;
  readonly resources: number;
  readonly dependencies: readonly string[];
}

/** A plan of so many PostgreSQL sources, with names as long as names may be expected to be. */
const large = (count: number, name = (i: number): string => `${'database-'.repeat(3)}${i}`) =>
  compiledPlan({
    plan: 'p'.repeat(40),
    sources: Array.from({ length: count }, (_, i) => source(name(i))),
  });

function stacks(count: number): SynthesisedStack[] {
  const { stacks: made } = new EnvironmentStage(tidemarkApp(), { compiled: large(count) }).synth();
  const ids = new Map(
    made.map(({ id, hierarchicalId }) => [id, hierarchicalId.split('/')[1] ?? '']),
  );
  return made.map(({ id, template, dependencies }) => ({
    id: ids.get(id) ?? '',
    template: Template.fromJSON(template),
    resources: Object.keys(template.Resources).length,
    dependencies: dependencies.flatMap((dependency) => ids.get(dependency.id) ?? []),
  }));
}

const sum = (all: readonly SynthesisedStack[]): number =>
  all.reduce((total, { resources }) => total + resources, 0);

/** As many as one stack takes, and as many as the documentation promises. */
const TOGETHER = 20;
const MANY = 100;
const few = stacks(TOGETHER);
const many = stacks(MANY);

describe.each([
  [TOGETHER, few],
  [MANY, many],
])('every stack of %i sources stays below the limits of', (_, all) => {
  const properties = (type: string) =>
    all.flatMap(({ template }) =>
      Object.values(template.findResources(type)).map(({ Properties }) => Properties),
    );

  test('CloudFormation, with a fifth of its 500 resources to spare: 400, and 1 MB', () => {
    expect(all.filter(({ resources }) => resources > 400).map(({ id }) => id)).toEqual([]);
    const sizes = all.map(({ template }) => JSON.stringify(template.toJSON(), null, 1).length);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
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

describe('many sources', () => {
  test('leave the stacks of the regions to what they share, and get stacks of their own', () => {
    expect(few.map(({ id }) => id)).toEqual(['eu-west-1', 'eu-central-1']);
    const own = many.map(({ id }) => id).filter((id) => /-sources-\d+$/.test(id));
    expect(own).toHaveLength(many.length - 2);
    for (const { id, template } of many.filter(({ id }) => !own.includes(id))) {
      expect([
        id,
        JSON.stringify(template.findResources('AWS::EKS::PodIdentityAssociation')),
      ]).toEqual([id, '{}']);
    }
  });

  test('have the same roles and alarms as few have, each once', () => {
    const names = (all: readonly SynthesisedStack[], type: string, name: string): string[] =>
      all.flatMap(({ template }) =>
        Object.values(template.findResources(type)).map(({ Properties }) => Properties[name]),
      );
    for (const [type, name, each] of [
      ['AWS::EKS::PodIdentityAssociation', 'ServiceAccount', 6],
      ['AWS::CloudWatch::CompositeAlarm', 'AlarmName', 1],
    ] as const) {
      expect([type, names(many, type, name).length]).toEqual([type, MANY * each]);
    }
    const alarms = names(many, 'AWS::CloudWatch::Alarm', 'AlarmName');
    const perSource = (all: string[], count: number) =>
      all.filter((alarm) => alarm.includes('/database-')).length / count;
    expect(perSource(alarms, MANY)).toBe(
      perSource(names(few, 'AWS::CloudWatch::Alarm', 'AlarmName'), TOGETHER),
    );
  });

  test('need resources in proportion', () => {
    const some = stacks((TOGETHER + MANY) / 2);
    expect(sum(many) - sum(some)).toBe(sum(some) - sum(few));
  });

  test('are deployed after their region, and take nothing from it that would hold it', () => {
    for (const { id, dependencies } of many.filter(({ id }) => id.includes('-sources-'))) {
      expect([id, dependencies]).toEqual([
        id,
        expect.arrayContaining([id.replace(/-sources-\d+$/, '')]),
      ]);
    }
    expect(JSON.stringify(many.map(({ template }) => template.toJSON()))).not.toMatch(
      /Fn::ImportValue|"Export"/,
    );
  });
});

describe('a source', () => {
  const homes = (count: number): Map<string, number> =>
    new Map(
      sourceGroups(large(count)).flatMap(({ number, sources }) =>
        sources.map(({ name }) => [name, number] as const),
      ),
    );

  test('stays in its stack when others come and go', () => {
    const [before, after] = [homes(90), homes(100)];
    expect(before.size).toBe(90);
    expect([...before].filter(([name, number]) => after.get(name) !== number)).toEqual([]);
  });

  test('moves, when the stacks are full, only to one that is deployed after its old one', () => {
    const [before, after] = [homes(40), sourceGroups(large(400))];
    for (const { number, sources, after: earlier } of after) {
      for (const { name } of sources) {
        const old = before.get(name);
        if (old !== undefined && old !== number) expect(earlier).toContain(old);
      }
    }
    expect(after.length).toBeGreaterThan(new Set(before.values()).size);
  });
});
