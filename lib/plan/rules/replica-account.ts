import { CAPABILITIES } from '../aws-backup/capabilities.ts';
import { type ResolvedGroup, resolveAwsBackup } from '../aws-backup/resolve.ts';
import type { CheckedPlan } from '../compile.ts';
import type { Finding } from '../findings.ts';

/** A second account is worth having only as far as the first one cannot reach into it. */
export function checkReplicaAccount(plan: CheckedPlan): Finding[] {
  const { replicaAccount } = plan.settings;
  if (replicaAccount === undefined) return [];
  if (replicaAccount === plan.settings.account) return [same(plan, replicaAccount)];
  return [
    ...unlocked(plan, replicaAccount),
    ...ofAnotherEnvironment(plan, replicaAccount),
    ...copies(plan, replicaAccount),
  ];
}

const pathOf = ({ environment }: CheckedPlan): string =>
  `environments.${environment}.replicaAccount`;

const same = (plan: CheckedPlan, replicaAccount: string): Finding => ({
  code: 'TM860',
  severity: 'error',
  path: pathOf(plan),
  message: 'the replica has the account of the primary region, which it has without being told',
  value: replicaAccount,
  remedy: 'name another account, or leave replicaAccount out',
});

function unlocked(plan: CheckedPlan, replicaAccount: string): Finding[] {
  if (plan.settings.lock !== undefined) return [];
  return [
    {
      code: 'TM861',
      severity: 'warning',
      path: pathOf(plan),
      message: `whoever takes account ${plan.settings.account} can write new versions over the copies, by the replication, and what is under them is removed a day later: without a lock the second account does not keep them`,
      value: replicaAccount,
      remedy: `add lock: 'governance' to environments.${plan.environment}: it holds for what is stored from then on`,
    },
  ];
}

function ofAnotherEnvironment(plan: CheckedPlan, replicaAccount: string): Finding[] {
  const others = Object.entries(plan.plan.environments)
    .filter(([name, { account }]) => name !== plan.environment && account === replicaAccount)
    .map(([name]) => name);
  if (others.length === 0) return [];
  return [
    {
      code: 'TM862',
      severity: 'warning',
      path: pathOf(plan),
      message: `account ${replicaAccount} is that of ${others.join(' and ')}: whoever works there has the copies of ${plan.environment}`,
      value: replicaAccount,
      remedy: 'name an account that holds copies and nothing else',
    },
  ];
}

/** What only the organization and the resources themselves can allow. */
function copies(plan: CheckedPlan, replicaAccount: string): Finding[] {
  const awsBackup = resolveAwsBackup(plan);
  const copied = awsBackup?.groups.filter(({ rules }) => rules.some(({ copy }) => copy)) ?? [];
  if (!awsBackup || copied.length === 0) return [];
  return [
    {
      code: 'TM863',
      severity: 'info',
      path: awsBackup.pathOf('groups'),
      message: `AWS Backup copies to account ${replicaAccount} only if both accounts are in one organization that allows it`,
      value: replicaAccount,
      remedy:
        'switch cross-account backup on in the organization, once: aws backup update-global-settings --global-settings isCrossAccountBackupEnabled=true',
    },
    ...copied.flatMap((group) => withOwnKey(awsBackup.pathOf, group, replicaAccount)),
  ];
}

function withOwnKey(
  path: (...keys: string[]) => string,
  { name, group }: ResolvedGroup,
  replicaAccount: string,
): Finding[] {
  const own = group.resources.filter((type) => CAPABILITIES[type].encryptedBy === 'resource');
  if (own.length === 0) return [];
  return [
    {
      code: 'TM864',
      severity: 'warning',
      path: path('groups', name, 'resources'),
      message: `recovery points of ${own.map((type) => CAPABILITIES[type].name).join(' and ')} keep the key of their resource: no copy of one under a key that AWS manages, such as aws/rds, can go to account ${replicaAccount}`,
      value: group.resources,
      remedy:
        'encrypt the resources of the group with keys of your own whose policies let the AWS Backup role of that account use them, and accept this with an exemption that says so',
    },
  ];
}
