import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import cdk from '../../../cdk.json' with { type: 'json' };
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledOf, environments } from './every-environment.ts';

let folder: TempFolder;
beforeEach(async () => {
  folder = await tempFolder('validator');
});
afterEach(() => folder.remove());

/** As `cdk synth` does it, with the context of cdk.json. */
function strictApp() {
  const app = tidemarkApp(folder.path);
  for (const [key, value] of Object.entries(cdk.context)) app.node.setContext(key, value);
  return app;
}

/** The tests of the rest run without. */
function validated(synth: () => void): void {
  const { CDK_VALIDATION: setting } = process.env;
  delete process.env.CDK_VALIDATION;
  try {
    synth();
  } finally {
    if (setting !== undefined) process.env.CDK_VALIDATION = setting;
  }
}

async function report(): Promise<unknown> {
  return JSON.parse(await readFile(join(folder.path, 'validation-report.json'), 'utf8'));
}

test("the CDK's validator finds no error and nothing to warn of in any plan and environment", async () => {
  const app = strictApp();
  for (const environment of environments) {
    new EnvironmentStage(app, { compiled: compiledOf(environment) });
  }
  validated(() => app.synth());
  expect(await report()).toMatchObject({ pluginReports: [] });
}, 300_000);

test('it would stop the synthesis of what CloudFormation does not know', async () => {
  const app = strictApp();
  const bucket = new s3.CfnBucket(new Stack(app, 'Careless'), 'Bucket');
  bucket.addPropertyOverride('Versioned', true);
  expect(() => validated(() => app.synth())).toThrow(/Careless/);
});
