import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Stack, Validations } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks } from 'cdk-nag';
import { AlertTopic } from '../../../lib/alerting/alert-topic.ts';
import { Undelivered } from '../../../lib/alerting/undelivered.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { PrimaryVault } from '../../../lib/vaults/primary-vault.ts';
import { ReplicaVault } from '../../../lib/vaults/replica-vault.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledShop } from './shop.ts';

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('nag');
});
afterAll(() => folder.remove());

interface Violation {
  readonly ruleName: string;
  readonly violatingConstructs: readonly { readonly constructPath: string }[];
}

test('cdk-nag finds nothing in both regions that is not accepted with a reason', async () => {
  const compiled = compiledShop({ lock: 'compliance' });
  const { awsBackup } = compiled;
  if (!awsBackup) throw new Error('nothing for AWS Backup');
  const app = tidemarkApp(folder.path);
  const stack = (side: 'primary' | 'replica') => {
    const env = { account: compiled.account, region: compiled.regions[side] };
    const scope = new Stack(app, side, { env });
    const { topic } = new AlertTopic(scope, 'Alerts', compiled);
    const undelivered = new Undelivered(scope, 'Undelivered', { compiled, topic }).queue;
    return { compiled, awsBackup, scope, topic, undelivered };
  };
  const { scope, ...here } = stack('primary');
  new PrimaryVault(scope, 'AwsBackup', here);
  const { scope: there, ...copies } = stack('replica');
  new ReplicaVault(there, 'AwsBackup', copies);
  // That the rules are looked at: a bucket of which nothing is said.
  new s3.Bucket(scope, 'Careless');
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(),
    new NIST80053R5Checks(),
    new HIPAASecurityChecks(),
  );
  expect(() => app.synth()).toThrow(/Careless/);
  const text = await readFile(join(folder.path, 'validation-report.json'), 'utf8');
  const report: { pluginReports: readonly { violations: readonly Violation[] }[] } =
    JSON.parse(text);
  const found = report.pluginReports.flatMap(({ violations }) => violations);
  const places = found.flatMap((v) => v.violatingConstructs.map((c) => c.constructPath));
  // The topic has tests of its own.
  const ours = places.filter((place) => !place.includes('/Alerts/'));
  expect(new Set(ours)).toEqual(new Set(['primary/Careless/Resource']));
});
