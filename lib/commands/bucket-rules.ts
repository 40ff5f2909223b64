import { Command, Option } from 'commander';
import type { CompiledPlan } from '../plan/compiled.ts';
import { evidenceUrlOf, storeUrlOf } from '../plan/store-url.ts';
import {
  BUCKETS,
  type BucketPurpose,
  bucketSettings,
  googleSettings,
  s3Settings,
} from '../storage/bucket-settings.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { compileNamed, refusal } from './plan-input.ts';

const SETTINGS = ['lifecycle', 'versioning', 'lock'] as const;

interface BucketRulesOptions {
  readonly plan: string;
  readonly env: string;
  readonly bucket: BucketPurpose;
  readonly setting?: (typeof SETTINGS)[number];
}

export function bucketRulesCommand(io: Io): Command {
  return new Command('bucket-rules')
    .description('print how the bucket of an environment is set that no stack makes')
    .requiredOption(
      '--plan <plan>',
      'a plan in plans/ by its name, or the path to a plan of your own',
    )
    .requiredOption('--env <environment>', 'environment of the plan, such as production')
    .addOption(
      new Option('--bucket <bucket>', 'which of its buckets').choices(BUCKETS).default('backups'),
    )
    .addOption(
      new Option('--setting <setting>', 'one setting alone, as a program reads it').choices(
        SETTINGS,
      ),
    )
    .addHelpText(
      'after',
      `
Prints JSON: versions, lock and lifecycle as the stacks set them in AWS, for s3:// as the AWS command line
and MinIO's take them, for gs:// as gcloud does. Set it again whenever retention in the plan changes.

Examples:
  $ tidemark bucket-rules --plan shop --env production
  $ tidemark bucket-rules --plan shop --env production --setting lifecycle > lifecycle.json
  $ aws s3api put-bucket-lifecycle-configuration --endpoint-url https://minio.example.com --bucket backups --lifecycle-configuration file://lifecycle.json
  $ mc ilm import store/backups < lifecycle.json
  $ gcloud storage buckets update gs://backups --lifecycle-file=lifecycle.json`,
    )
    .action(async ({ plan, env, bucket, setting }: BucketRulesOptions) => {
      const { compiled, findings } = await compileNamed(plan, env);
      if (!compiled) throw new InputError(refusal(plan, env, findings));
      const { settings, ...about } = settingsOf(compiled, bucket);
      const shown = setting === undefined ? { ...about, ...settings } : settings[setting];
      io.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
    });
}

/** @throws InputError where there is no such bucket */
function settingsOf(compiled: CompiledPlan, bucket: BucketPurpose) {
  const url = bucket === 'backups' ? storeUrlOf(compiled) : evidenceUrlOf(compiled);
  if (url === undefined) {
    throw new InputError(
      `${compiled.environment} has no bucket for evidence; name one in its store: evidence: '…'`,
    );
  }
  const { protocol, host, pathname } = new URL(url);
  const folder = pathname.replace(/^\//, '').replace(/\/?$/, '/');
  const of = bucketSettings(compiled, bucket, folder === '/' ? '' : folder);
  const settings = protocol === 'gs:' ? googleSettings(of) : s3Settings(of);
  return { bucket: `${protocol}//${host}`, settings };
}
