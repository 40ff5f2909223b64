import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { Command } from 'commander';
import { isCrossAccount } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { storeUrlOf, usesAws } from '../plan/store-url.ts';
import { replaceFile } from '../replace-file.ts';
import type { Adoption } from '../stacks/adoption.ts';
import { keyIdOf } from './adopt-keys.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { compiledPlan } from './plan-input.ts';

interface AdoptOptions {
  readonly plan: string;
  readonly env: string;
  readonly region?: string;
  readonly profile?: string;
  readonly out: string;
  readonly json?: boolean;
}

interface Written {
  readonly stack: string;
  readonly region: string;
  readonly template: string;
  readonly resources: string;
}

export function adoptCommand(io: Io): Command {
  return new Command('adopt')
    .description('prepare to take back the buckets, keys and vaults that a removed stack left')
    .requiredOption(
      '--plan <plan>',
      'a plan in plans/ by its name, or the path to a plan of your own',
    )
    .requiredOption('--env <environment>', 'environment of the plan, such as production')
    .option('--region <region>', 'one of its two regions; default: both')
    .option('--profile <name>', 'a profile of the AWS configuration; default: the usual chain')
    .option('--out <directory>', 'where to write', 'dist')
    .option('--json', 'print the list of files as JSON')
    .addHelpText(
      'after',
      `
Asks KMS which key each alias stands for (kms:DescribeKey), and changes nothing. Writes
<out>/<plan>/<env>/adopt/ and prints the commands with which CloudFormation takes back what
is there, before 'cdk deploy'.

Examples:
  $ tidemark adopt --plan insightdesk --env production
  $ tidemark adopt --plan insightdesk --env production --region us-west-2 --profile replica
Exit code 1 when a key is not there or KMS cannot be asked; nothing is written then.`,
    )
    .action(async (options: AdoptOptions) => {
      const compiled = await compiledPlan(options);
      if (!usesAws(compiled)) {
        throw new InputError(
          `the backups of ${compiled.environment} are kept in ${storeUrlOf(compiled)}: no stack has left anything, and there is nothing to take back`,
        );
      }
      const { region } = options;
      const regions = Object.values(compiled.regions);
      if (region !== undefined && !regions.includes(region)) {
        throw new InputError(
          `${compiled.environment} of ${compiled.plan} is not in ${region}; choose one of: ${regions.join(', ')}`,
        );
      }
      if (region === undefined && isCrossAccount(compiled)) {
        throw new InputError(
          `${compiled.environment} of ${compiled.plan} is in two accounts, for which nobody has one set of credentials; name a region with --region, and a profile of its account with --profile`,
        );
      }
      const found = await adoptions(compiled, options, io.signal);
      const folder = join(options.out, compiled.plan, compiled.environment, 'adopt');
      await mkdir(folder, { recursive: true });
      const files = await Promise.all(found.map((one) => write(one, folder)));
      io.stdout.write(
        options.json
          ? `${JSON.stringify(files, null, 2)}\n`
          : `${files.map(commands).join('\n\n')}\n`,
      );
    });
}

async function adoptions(
  compiled: CompiledPlan,
  { region, profile }: AdoptOptions,
  signal: AbortSignal,
): Promise<Adoption[]> {
  // The CDK takes a second to load, which no other command should wait for.
  const [{ adoptionOf }, { tidemarkApp }, { EnvironmentStage }] = await Promise.all([
    import('../stacks/adoption.ts'),
    import('../stacks/app.ts'),
    import('../stacks/stage.ts'),
  ]);
  const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled }).synth();
  const wanted = stacks.filter(
    ({ environment }) => region === undefined || environment.region === region,
  );
  const found = await Promise.all(
    wanted.map(async (stack) => {
      const { account, region: at } = stack.environment;
      const kms = new KMSClient({ region: at, ...(profile !== undefined && { profile }) });
      const where = { account, region: at, profile, signal };
      try {
        return await adoptionOf(stack, (alias) => keyIdOf(kms, alias, where));
      } finally {
        kms.destroy();
      }
    }),
  );
  return found.filter((one) => one !== undefined);
}

async function write({ stack, region, ...adoption }: Adoption, folder: string): Promise<Written> {
  const path = (what: string): string => join(folder, `${stack}.${what}.json`);
  const files = { template: path('template'), resources: path('resources') };
  // Without blanks: CloudFormation takes 51,200 bytes from a file.
  await replaceFile(files.template, JSON.stringify(adoption.template));
  await replaceFile(files.resources, `${JSON.stringify(adoption.resources, null, 2)}\n`);
  return { stack, region, ...files };
}

const commands = ({ stack, region, template, resources }: Written): string =>
  [
    `aws cloudformation create-change-set --region ${region} --stack-name ${stack} \\`,
    '  --change-set-name adopt --change-set-type IMPORT \\',
    `  --template-body file://${template} \\`,
    `  --resources-to-import file://${resources}`,
    `aws cloudformation wait change-set-create-complete --region ${region} --stack-name ${stack} --change-set-name adopt`,
    `aws cloudformation execute-change-set --region ${region} --stack-name ${stack} --change-set-name adopt`,
    `aws cloudformation wait stack-import-complete --region ${region} --stack-name ${stack}`,
  ].join('\n');
