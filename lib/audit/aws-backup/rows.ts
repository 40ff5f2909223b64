import type { CompiledAwsBackup, CompiledBackupGroup } from '../../plan/aws-backup/compiled.ts';
import { underscored, vaultArn } from '../../plan/aws-backup/names.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Side } from '../../storage/location.ts';
import type { Breach } from '../breach.ts';
import { referenced } from '../intrinsics.ts';
import type { CopyFacts } from '../read/environment.ts';
import { ofType, type Resource, templateEnding } from '../template.ts';
import { checkRestoreTest, checkSelection, planOf } from './check-group.ts';
import { checkRule, type NeededRule, ruleOf } from './check-rule.ts';
import { checkVault } from './check-vault.ts';
import type { AwsBackupRow } from './model.ts';
import { type AwsBackupFacts, readAwsBackup, type VaultFacts } from './read.ts';

interface AwsBackupAudit {
  readonly rows: AwsBackupRow[];
  readonly breaches: Breach[];
}

const NOTHING: AwsBackupAudit = { rows: [], breaches: [] };

/** What the templates keep of what the plan asks of AWS Backup: a row for each rule, and every reason why one is not kept. */
export function auditAwsBackup(
  compiled: CompiledPlan,
  resources: readonly Resource[],
  copies: readonly CopyFacts[],
): AwsBackupAudit {
  const { awsBackup } = compiled;
  if (!awsBackup) return NOTHING;
  const facts = readAwsBackup(resources);
  const vaults = copies.map((copy) => ({
    copy,
    vault: vaultIn(facts, copy.region, awsBackup),
  }));
  const ofVaults = vaults.flatMap(({ copy, vault }) => checkVault(vault, copy, awsBackup));
  const primary = copies.find(({ side }) => side === 'primary');
  if (!primary) return NOTHING;
  const groups = awsBackup.groups.map((group) => {
    const plan = planOf(facts.plans, group);
    const shared = [
      ...checkSelection(plan, group, primary.template),
      ...checkRestoreTest(facts.tests, group, primary.template),
    ];
    const rules = group.rules.map((rule) => {
      const needed = { awsBackup, group, rule, copyTo: vaultArn(compiled, awsBackup, 'replica') };
      const breaches = plan ? checkRule(plan, needed) : [];
      const kept = [...ofVaults, ...shared, ...breaches].length === 0;
      return { breaches, row: rowOf(needed, { facts, vaults, resources, kept }) };
    });
    return { shared, rules };
  });
  return {
    rows: groups.flatMap(({ rules }) => rules.map(({ row }) => row)),
    breaches: [
      ...ofVaults,
      ...groups.flatMap(({ shared, rules }) => [
        ...shared,
        ...rules.flatMap((one) => one.breaches),
      ]),
    ],
  };
}

/** A region is told by the name of its template. */
const vaultIn = (
  { vaults }: AwsBackupFacts,
  region: string,
  { vault }: CompiledAwsBackup,
): VaultFacts | undefined =>
  vaults.find(
    ({ name, resource }) => name === vault && resource.file.endsWith(templateEnding(region)),
  );

interface Found {
  readonly facts: AwsBackupFacts;
  readonly vaults: readonly { readonly copy: CopyFacts; readonly vault: VaultFacts | undefined }[];
  readonly resources: readonly Resource[];
  readonly kept: boolean;
}

function rowOf(needed: NeededRule, found: Found): AwsBackupRow {
  const { group, rule } = needed;
  const { schedule, everySeconds, overdueSeconds } = rule;
  return {
    group: group.name,
    resources: group.resources,
    tag: `${group.tag.key}=${group.tag.value}`,
    rule: rule.name,
    tier: rule.tier,
    schedule,
    everySeconds,
    windowSeconds: overdueSeconds - everySeconds,
    promisedDays: rule.keepDays,
    promisedColdAfterDays: rule.coldAfterDays,
    points: pointsOf(needed, found),
    restoreTest: restoreTestOf(group, found),
    kept: found.kept,
  };
}

/** Where recovery points are: in the vault that the rule names, and in the one that it copies to. */
function pointsOf({ group, rule, copyTo }: NeededRule, found: Found): AwsBackupRow['points'] {
  const written = ruleOf(planOf(found.facts.plans, group), rule);
  if (!written) return [];
  const copied = written.copies.find(({ vaultArn: arn }) => arn === copyTo);
  const lives: Partial<Record<Side, { life: typeof written.life; at: typeof written.at }>> = {
    primary: written,
    ...(copied && { replica: copied }),
  };
  return found.vaults.flatMap(({ copy: { side, region }, vault }) => {
    const stored = lives[side];
    if (!stored || !vault) return [];
    return [
      {
        role: side,
        region,
        vault: vault.name,
        ...stored.life,
        lock: lockOf(vault),
        key: keyOf(vault, found.resources),
        place: stored.at.place,
      },
    ];
  });
}

/** A lock that becomes final is one of compliance. */
const lockOf = ({ lock }: VaultFacts): AwsBackupRow['points'][number]['lock'] =>
  lock && {
    mode: lock.changeableForDays === null ? 'governance' : 'compliance',
    minDays: lock.minDays,
    maxDays: lock.maxDays,
  };

function keyOf({ key, resource }: VaultFacts, resources: readonly Resource[]): string | null {
  if (!key) return null;
  const alias = ofType(resources, 'AWS::KMS::Alias').find(
    ({ file, body }) =>
      file === resource.file && referenced(body.get('TargetKeyId')?.value) === key.id,
  );
  return alias?.body.text('AliasName') ?? key.id;
}

function restoreTestOf(group: CompiledBackupGroup, { facts }: Found): AwsBackupRow['restoreTest'] {
  const { restoreTest: schedule, plan } = group;
  if (!schedule) return null;
  const test = facts.tests.find(({ name }) => name === underscored(plan));
  return { schedule, place: test?.resource.whole.place ?? null };
}
