import { referenced, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';

/** What templates say of AWS Backup. */
export interface AwsBackupFacts {
  readonly vaults: readonly VaultFacts[];
  readonly plans: readonly BackupPlanFacts[];
  readonly tests: readonly RestoreTestFacts[];
}

export interface VaultFacts {
  readonly name: string;
  readonly resource: Resource;
  /** Where the template has it. */
  readonly key: Resource | undefined;
  readonly lock: {
    readonly minDays: number | null;
    readonly maxDays: number | null;
    /** Null = it can always be lifted: governance. */
    readonly changeableForDays: number | null;
  } | null;
}

export interface BackupPlanFacts {
  readonly name: string;
  readonly resource: Resource;
  readonly rules: readonly RuleFacts[];
  readonly selection: SelectionFacts | undefined;
}

export interface RuleFacts {
  readonly name: string;
  readonly at: Located;
  readonly expression: string;
  readonly timezone: string;
  /** Of the vault; null = it is referred to and not in the template. */
  readonly vault: string | null;
  readonly continuous: boolean;
  readonly life: LifeFacts;
  readonly copies: readonly {
    readonly vaultArn: string;
    readonly life: LifeFacts;
    readonly at: Located;
  }[];
}

/** Days; null = none is written. */
export interface LifeFacts {
  readonly keepDays: number | null;
  readonly coldAfterDays: number | null;
}

interface SelectionFacts {
  readonly resource: Resource;
  /** Patterns of ARNs. */
  readonly arns: readonly string[];
  /** `aws:ResourceTag/backup=tidemark`. */
  readonly tags: readonly string[];
}

export interface RestoreTestFacts {
  readonly name: string;
  readonly resource: Resource;
  readonly expression: string;
  readonly timezone: string;
  /** Kinds of resources, as AWS Backup names them. */
  readonly types: readonly string[];
}

export function readAwsBackup(resources: readonly Resource[]): AwsBackupFacts {
  const inFile = Map.groupBy(resources, ({ file }) => file);
  const here = ({ file }: Resource): readonly Resource[] => inFile.get(file) ?? [];
  return {
    vaults: ofType(resources, 'AWS::Backup::BackupVault').map((one) => vaultFacts(one, here(one))),
    plans: ofType(resources, 'AWS::Backup::BackupPlan').map((one) => planFacts(one, here(one))),
    tests: ofType(resources, 'AWS::Backup::RestoreTestingPlan').map((one) =>
      testFacts(one, here(one)),
    ),
  };
}

const nameOf = (at: Located | undefined): string => textOf(at?.value ?? '');

function vaultFacts(resource: Resource, here: readonly Resource[]): VaultFacts {
  const { body } = resource;
  const key = referenced(body.get('EncryptionKeyArn')?.value);
  const lock = body.get('LockConfiguration');
  return {
    name: nameOf(body.get('BackupVaultName')),
    resource,
    key: ofType(here, 'AWS::KMS::Key').find(({ id }) => id === key),
    lock: lock
      ? {
          minDays: lock.number('MinRetentionDays') ?? null,
          maxDays: lock.number('MaxRetentionDays') ?? null,
          changeableForDays: lock.number('ChangeableForDays') ?? null,
        }
      : null,
  };
}

function planFacts(resource: Resource, here: readonly Resource[]): BackupPlanFacts {
  const plan = resource.body.get('BackupPlan');
  const selection = ofType(here, 'AWS::Backup::BackupSelection').find(
    ({ body }) => referenced(body.get('BackupPlanId')?.value) === resource.id,
  );
  return {
    name: nameOf(plan?.get('BackupPlanName')),
    resource,
    rules: (plan?.get('BackupPlanRule')?.items() ?? []).map((at) => ruleFacts(at, here)),
    selection: selection && selectionFacts(selection),
  };
}

function ruleFacts(at: Located, here: readonly Resource[]): RuleFacts {
  const vault = at.get('TargetBackupVault')?.value;
  const id = referenced(vault);
  const named = ofType(here, 'AWS::Backup::BackupVault').find((one) => one.id === id);
  return {
    name: nameOf(at.get('RuleName')),
    at,
    expression: at.text('ScheduleExpression') ?? '',
    timezone: at.text('ScheduleExpressionTimezone') ?? '',
    vault: named ? nameOf(named.body.get('BackupVaultName')) : id ? null : textOf(vault ?? ''),
    continuous: at.get('EnableContinuousBackup')?.value === true,
    life: lifeOf(at),
    copies: (at.get('CopyActions')?.items() ?? []).map((copy) => ({
      vaultArn: nameOf(copy.get('DestinationBackupVaultArn')),
      life: lifeOf(copy),
      at: copy,
    })),
  };
}

const lifeOf = (at: Located): LifeFacts => ({
  keepDays: at.number('Lifecycle', 'DeleteAfterDays') ?? null,
  coldAfterDays: at.number('Lifecycle', 'MoveToColdStorageAfterDays') ?? null,
});

function selectionFacts(resource: Resource): SelectionFacts {
  const selection = resource.body.get('BackupSelection');
  const equal = selection?.get('Conditions', 'StringEquals')?.items() ?? [];
  return {
    resource,
    arns: (selection?.get('Resources')?.items() ?? []).map(nameOf),
    tags: equal.map((at) => `${at.text('ConditionKey')}=${at.text('ConditionValue')}`),
  };
}

function testFacts(resource: Resource, here: readonly Resource[]): RestoreTestFacts {
  const name = nameOf(resource.body.get('RestoreTestingPlanName'));
  return {
    name,
    resource,
    expression: resource.body.text('ScheduleExpression') ?? '',
    timezone: resource.body.text('ScheduleExpressionTimezone') ?? '',
    types: ofType(here, 'AWS::Backup::RestoreTestingSelection')
      .filter(({ body }) => nameOf(body.get('RestoreTestingPlanName')) === name)
      .map(({ body }) => body.text('ProtectedResourceType') ?? ''),
  };
}
