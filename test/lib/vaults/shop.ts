import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AlertTopic } from '../../../lib/alerting/alert-topic.ts';
import { Undelivered } from '../../../lib/alerting/undelivered.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { continuous, full } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { PrimaryVault } from '../../../lib/vaults/primary-vault.ts';
import { ReplicaVault } from '../../../lib/vaults/replica-vault.ts';
import { plan } from '../plan/example.ts';
import type { Templates } from '../stacks/environment.ts';

type AwsBackup = NonNullable<PlanInput['awsBackup']>;

const TAG = { key: 'backup', value: 'tidemark' };

/** Databases to the second, files that become cold, and buckets. */
export const GROUPS: AwsBackup['groups'] = {
  databases: {
    resources: ['rds', 'aurora'],
    tag: TAG,
    protect: [
      continuous({ keep: '35d' }),
      full({ at: '02:00', within: '4h', keep: { daily: '35d', monthly: '1y' } }),
    ],
    verify: { restore: 'weekly' },
  },
  files: {
    resources: ['efs', 'ebs', 'dynamodb'],
    tag: TAG,
    protect: [
      full({
        at: '01:00',
        timezone: 'Europe/Berlin',
        keep: { daily: '90d', weekly: '26w', monthly: '1y', yearly: '7y' },
        cold: ['monthly', 'yearly'],
      }),
    ],
    verify: { restore: 'monthly' },
  },
  buckets: {
    resources: ['s3'],
    tag: { key: 'backup', value: 'buckets' },
    protect: [full({ every: '12h', keep: '90d' })],
    copyKeep: '1y',
    verify: { restore: 'monthly' },
  },
};

interface Changes {
  readonly lock?: 'governance' | 'compliance';
  readonly awsBackup?: AwsBackup;
  /** @default nobody */
  readonly people?: readonly string[];
}

/** The shop's plan with these groups, with changes. */
export function compiledShop({
  lock,
  awsBackup = { groups: GROUPS },
  people = [],
}: Changes = {}): CompiledPlan {
  const settings = { account: '111111111111', ...(lock && { lock }) };
  const { compiled, findings } = compile(
    plan({
      environments: { production: settings },
      awsBackup,
      access: people.length > 0 ? { breakGlass: { principals: [...people] } } : {},
    }),
    'production',
  );
  if (!compiled) throw new Error(JSON.stringify(findings));
  return compiled;
}

/** What both regions have for AWS Backup, without the rest of their stacks. */
export function shop(changes: Changes = {}): Templates {
  const compiled = compiledShop(changes);
  const { awsBackup } = compiled;
  if (!awsBackup) throw new Error('nothing for AWS Backup');
  const of = (
    side: (typeof SIDES)[number],
    RegionVault: typeof PrimaryVault | typeof ReplicaVault,
  ) => {
    const region = compiled.regions[side];
    const stack = new Stack(tidemarkApp(), region, { env: { account: compiled.account, region } });
    const { topic } = new AlertTopic(stack, 'Alerts', compiled);
    const undelivered = new Undelivered(stack, 'Undelivered', { compiled, topic }).queue;
    new RegionVault(stack, 'AwsBackup', { compiled, awsBackup, topic, undelivered });
    return Template.fromStack(stack);
  };
  return { primary: of('primary', PrimaryVault), replica: of('replica', ReplicaVault) };
}

export const SIDES = ['primary', 'replica'] as const;
export const REGIONS = { primary: 'eu-central-1', replica: 'eu-west-1' } as const;
export const VAULT = 'tidemark-shop-production';

export const role = (name: string): string => `arn:aws:iam::111111111111:role/${name}`;
export const vaultArn = (side: keyof typeof REGIONS): string =>
  `arn:aws:backup:${REGIONS[side]}:111111111111:backup-vault:${VAULT}`;
