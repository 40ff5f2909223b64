import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { synthTemplates } from '../../../lib/stacks/synth.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledPlan, source } from './environment.ts';

const assembly = (environment: string) =>
  new EnvironmentStage(tidemarkApp(), { compiled: compiledPlan({ environment }) }).synth();

describe('an environment', () => {
  const { stacks } = assembly('production');

  test('is two stacks, of which the replica region is deployed first', () => {
    expect(stacks.map(({ stackName }) => stackName)).toEqual([
      'shop-production-eu-west-1',
      'shop-production-eu-central-1',
    ]);
    const [replica, primary] = stacks;
    expect(primary?.dependencies.map(({ id }) => id)).toContain(replica?.id);
  });

  test('names its account and regions, so that synthesis asks nobody', () => {
    expect(stacks.map(({ environment: { account, region } }) => [account, region])).toEqual([
      ['123456789012', 'eu-west-1'],
      ['123456789012', 'eu-central-1'],
    ]);
  });

  test('is protected from deletion, except for development', () => {
    const protection = (environment: string) =>
      assembly(environment).stacks.map(({ terminationProtection }) => terminationProtection);
    expect(protection('production')).toEqual([true, true]);
    expect(protection('development')).toEqual([false, false]);
  });

  test('tags what it makes', () => {
    expect(stacks[0]?.tags).toEqual({
      'tidemark:plan': 'shop',
      'tidemark:environment': 'production',
      'tidemark:managed-by': 'tidemark',
    });
  });
});

describe('templates', () => {
  let folder: TempFolder;
  beforeAll(async () => {
    folder = await tempFolder('templates');
  });
  afterAll(() => folder.remove());

  test('are written for both regions, the same each time', async () => {
    const paths = await synthTemplates(compiledPlan(), join(folder.path, 'first', 'aws'));
    const again = await synthTemplates(compiledPlan(), join(folder.path, 'second', 'aws'));
    expect(paths.map((path) => basename(path))).toEqual([
      'shop-production-eu-central-1.template.json',
      'shop-production-eu-west-1.template.json',
    ]);
    const texts = (all: string[]) => Promise.all(all.map((path) => readFile(path, 'utf8')));
    expect(await texts(again)).toEqual(await texts(paths));
  });

  test('of stacks that are no longer wanted are removed, and nothing else', async () => {
    const out = join(folder.path, 'large');
    const sources = Array.from({ length: 21 }, (_, i) => source(`orders-${i}`));
    const many = await synthTemplates(compiledPlan({ sources }), out);
    expect(many.map((path) => basename(path))).toContain(
      'shop-production-eu-central-1-sources-1.template.json',
    );
    const others = ['notes.txt', 'shop-staging-eu-central-1.template.json'];
    for (const name of others) await writeFile(join(out, name), '{}');
    const few = await synthTemplates(compiledPlan(), out);
    expect(await readdir(out)).toEqual([...few.map((path) => basename(path)), ...others].sort());
  });
});
