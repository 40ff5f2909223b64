import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { plan } from '../plan/example.ts';
import { GROUPS } from './shop.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('validator');
});
afterAll(() => folder.remove());

test("the CDK's validator finds nothing wrong in what is derived for AWS Backup", async () => {
  const environments = { production: { account: '111111111111', lock: 'compliance' as const } };
  const shop = join(folder.path, 'plan.ts');
  const written = JSON.stringify(plan({ environments, awsBackup: { groups: GROUPS } }));
  await writeFile(shop, `export default ${written};\n`);
  await promisify(execFile)(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'bin/app.ts'],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: folder.path,
        CDK_OUTDIR: folder.path,
        CDK_CONTEXT_JSON: JSON.stringify({
          plan: shop,
          env: 'production',
          '@aws-cdk/core:validateAgainstDefaultRules': true,
        }),
      },
    },
  );
  // Written only by a synthesis that was validated.
  const report = JSON.parse(await readFile(join(folder.path, 'validation-report.json'), 'utf8'));
  expect(report.pluginReports).toEqual([]);
});
