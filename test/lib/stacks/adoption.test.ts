import { type Adoption, adoptionOf } from '../../../lib/stacks/adoption.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { stacks as all } from './all-resources.ts';
import { compiledOf, environments } from './every-environment.ts';

const keyIdOf = async (alias: string): Promise<string> => `id of ${alias}`;

async function adoptions(stacks: typeof all): Promise<Adoption[]> {
  const found = await Promise.all(stacks.map((stack) => adoptionOf(stack, keyIdOf)));
  return found.filter((one) => one !== undefined);
}

describe('what a stack left', () => {
  test.each(environments)(
    'is taken back whole in $name $environment, and names nothing else',
    async (environment) => {
      const compiled = compiledOf(environment);
      const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled, failback: true }).synth();
      const found = await adoptions(stacks);
      expect(found.map(({ region }) => region).sort()).toEqual(
        Object.values(compiled.regions).sort(),
      );
      for (const { region, template, resources } of found) {
        const ids = Object.keys(template.Resources);
        expect(resources.map(({ LogicalResourceId }) => LogicalResourceId)).toEqual(ids);
        const text = JSON.stringify(template);
        const named = [...text.matchAll(/"Ref":"(\w+)"|"Fn::GetAtt":\["(\w+)"/g)].map(
          ([, ref, attribute]) => ref ?? attribute,
        );
        expect(named.filter((id) => id !== undefined && !ids.includes(id))).toEqual([]);
        // CloudFormation takes no longer template from a file.
        expect(text.length).toBeLessThan(51_200);
        const { primary, replica, evidence, velero } = compiled.buckets;
        const [side, backups] =
          region === compiled.regions.primary
            ? (['primary', primary] as const)
            : (['replica', replica] as const);
        const values = resources.flatMap(({ ResourceIdentifier }) =>
          Object.values(ResourceIdentifier),
        );
        for (const bucket of [backups, evidence[side], velero[side]]) {
          // The bucket, its policy, its alias and its key.
          expect(values.filter((value) => value === bucket)).toHaveLength(2);
          expect(values).toContain(`alias/${bucket}`);
          expect(values).toContain(`id of alias/${bucket}`);
        }
      }
    },
  );

  test('keeps the properties that CloudFormation would replace it for', async () => {
    const [found] = await adoptions(all);
    const buckets = Object.entries(found?.template.Resources ?? {}).filter(
      ([, { Type }]) => Type === 'AWS::S3::Bucket',
    );
    expect(
      buckets.map(([id, { Properties }]) => [
        id.replace(/Bucket.*/, ''),
        Properties.ObjectLockEnabled,
      ]),
    ).toEqual([
      ['Backups', true],
      ['Evidence', true],
      ['Velero', undefined],
    ]);
    for (const [, { Properties }] of buckets)
      expect(Properties.ReplicationConfiguration).toBeUndefined();
  });

  test('is nothing where a stack has roles and alarms only', async () => {
    const sources = all.filter(({ stackName }) => /-sources-\d+$/.test(stackName));
    expect(sources.length).toBeGreaterThan(0);
    expect(await adoptions(sources)).toEqual([]);
  });

  test('has vaults of AWS Backup among it', async () => {
    const types = (await adoptions(all)).flatMap(({ resources }) =>
      resources.map(({ ResourceType }) => ResourceType),
    );
    expect(new Set(types)).toEqual(
      new Set([
        'AWS::Backup::BackupVault',
        'AWS::KMS::Alias',
        'AWS::KMS::Key',
        'AWS::S3::Bucket',
        'AWS::S3::BucketPolicy',
      ]),
    );
  });
});
