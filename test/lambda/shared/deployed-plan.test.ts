import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deployedPlan } from '../../../lambda/shared/environment.ts';
import { planText } from '../../../lib/plan/written.ts';
import { VERSION } from '../../../lib/version.ts';
import { compiledPlan } from '../../k8s/compiled-plan.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder('lambda');
  process.env.LAMBDA_TASK_ROOT = folder.path;
});
afterEach(async () => {
  delete process.env.LAMBDA_TASK_ROOT;
  await folder.remove();
});

const deployed = (text: string) => writeFile(join(folder.path, 'plan.json'), text);

test('a function reads the plan that was deployed with it', async () => {
  await deployed(planText(compiledPlan()));
  expect(await deployedPlan()).toEqual(compiledPlan());
});

test('and none that another version left beside its code', async () => {
  const other = planText(compiledPlan()).replace(`"tidemark": "${VERSION}"`, '"tidemark": "9.9.0"');
  await deployed(other);
  await expect(deployedPlan()).rejects.toThrow(/compiled by tidemark 9\.9\.0/);
});
