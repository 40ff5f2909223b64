import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../lib/commands/input-error.ts';
import { compiledPlan as planOf } from '../../lib/commands/plan-input.ts';
import { planText } from '../../lib/plan/written.ts';
import { VERSION } from '../../lib/version.ts';
import { compiledPlan } from '../k8s/compiled-plan.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder('plan-input');
});
afterEach(() => folder.remove());

const reading = async (text: string) => {
  const config = join(folder.path, 'plan.json');
  await writeFile(config, text);
  return planOf({ config });
};

test('a plan of this version is read as it was written', async () => {
  expect(await reading(planText(compiledPlan()))).toEqual(compiledPlan());
});

test('one of another version is wrong input, so that no Job tries again', async () => {
  const other = planText(compiledPlan()).replace(`"tidemark": "${VERSION}"`, '"tidemark": "9.9.0"');
  const error = await reading(other).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(InputError);
  expect(String(error)).toContain(
    `was compiled by tidemark 9.9.0, and this is tidemark ${VERSION}`,
  );
});

test('a file that is not there is wrong input too', async () => {
  await expect(planOf({ config: join(folder.path, 'none.json') })).rejects.toThrow(/cannot read/);
});
