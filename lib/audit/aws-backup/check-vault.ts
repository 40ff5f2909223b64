import type { CompiledAwsBackup } from '../../plan/aws-backup/compiled.ts';
import { type Breach, lackAnywhere, lackIn } from '../breach.ts';
import { isOn, listed } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import type { CopyFacts } from '../read/environment.ts';
import type { VaultFacts } from './read.ts';

/** What ends or shortens the life of a recovery point: a vault's policy refuses it to everybody but a few. */
const REMOVING = ['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle'];

/** Whether a vault is there, encrypted with a key of its own, locked as promised, and stays. */
export function checkVault(
  vault: VaultFacts | undefined,
  { region, template }: Pick<CopyFacts, 'region' | 'template'>,
  awsBackup: CompiledAwsBackup,
): Breach[] {
  if (!vault) {
    return [
      {
        place: template,
        message: `no template of ${region} has the vault ${awsBackup.vault}; the plan needs it`,
        remedy: 'restore the AWS::Backup::BackupVault and its name: synthesise again',
        lacks: lackAnywhere(`"BackupVaultName": "${awsBackup.vault}"`),
      },
    ];
  }
  return [
    ...checkKey(vault, region),
    ...checkLock(vault, region, awsBackup.lock),
    ...checkPolicy(vault, region),
    ...checkRemoval(vault, region),
  ];
}

/** @param missing what is not there, where the whole of something is cited for want of it */
const breach = (at: Located, message: string, remedy: string, missing?: string): Breach => ({
  place: at.place,
  message,
  remedy,
  ...(missing !== undefined && { lacks: lackIn(at, missing) }),
});

function checkKey({ name, key, resource: { body, whole } }: VaultFacts, region: string): Breach[] {
  const at = body.get('EncryptionKeyArn') ?? whole;
  if (!key) {
    return [
      breach(
        at,
        `vault ${name} of ${region} has no key of its template; the plan needs one`,
        'set EncryptionKeyArn to the key of the vault',
        'EncryptionKeyArn',
      ),
    ];
  }
  const enabled = key.body.get('Enabled');
  if (enabled && !isOn(enabled)) {
    return [
      breach(
        enabled,
        `the key of vault ${name} of ${region} is disabled: nothing can be restored`,
        'set Enabled to true, or remove it',
      ),
    ];
  }
  if (isOn(key.body.get('EnableKeyRotation'))) return [];
  return [
    breach(
      key.body.get('EnableKeyRotation') ?? key.whole,
      `the key of vault ${name} of ${region} is not rotated`,
      'set EnableKeyRotation to true',
      'EnableKeyRotation',
    ),
  ];
}

/** The names of the template, with what the plan needs of each. */
const bounds = (lock: NonNullable<CompiledAwsBackup['lock']>) =>
  ({
    MinRetentionDays: lock.minDays,
    MaxRetentionDays: lock.maxDays,
    ChangeableForDays: lock.changeableForDays,
  }) as const;

function checkLock(
  { name, lock, resource: { body, whole } }: VaultFacts,
  region: string,
  needed: CompiledAwsBackup['lock'],
): Breach[] {
  if (!needed) return [];
  const at = body.get('LockConfiguration');
  if (!lock || !at) {
    return [
      breach(
        whole,
        `vault ${name} of ${region} has no lock; the plan needs ${needed.mode} mode`,
        'restore LockConfiguration',
        'LockConfiguration',
      ),
    ];
  }
  const found = {
    MinRetentionDays: lock.minDays,
    MaxRetentionDays: lock.maxDays,
    ChangeableForDays: lock.changeableForDays,
  };
  const differing = Object.entries(bounds(needed)).find(
    ([property, days]) => found[property as keyof typeof found] !== days,
  );
  if (!differing) return [];
  const [property, days] = differing;
  const has = at.get(property)?.value ?? 'not set';
  return [
    breach(
      at.get(property) ?? at,
      `the lock of vault ${name} of ${region} has ${property} ${has}; the plan needs ${days ?? 'none'}`,
      days === null ? `remove ${property}` : `set ${property} to ${days}`,
      `"${property}"`,
    ),
  ];
}

function checkPolicy({ name, resource: { body, whole } }: VaultFacts, region: string): Breach[] {
  const statements = body.get('AccessPolicy', 'Statement')?.items() ?? [];
  const denied = new Set(
    statements
      .filter((one) => one.text('Effect') === 'Deny')
      .filter((one) => listed(one.get('Principal', 'AWS') ?? one.get('Principal')).join() === '*')
      .flatMap((one) => listed(one.get('Action'))),
  );
  const open = REMOVING.filter((action) => !denied.has(action));
  if (open.length === 0) return [];
  return [
    breach(
      body.get('AccessPolicy') ?? whole,
      `the policy of vault ${name} of ${region} does not refuse ${open.join(' and ')} to everybody`,
      'restore the statement KeepRecoveryPoints of AccessPolicy',
      open[0],
    ),
  ];
}

function checkRemoval({ name, resource: { whole } }: VaultFacts, region: string): Breach[] {
  return ['DeletionPolicy', 'UpdateReplacePolicy']
    .filter((policy) => whole.text(policy) !== 'Retain')
    .map((policy) =>
      breach(
        whole.get(policy) ?? whole,
        `${policy} of vault ${name} of ${region} is ${whole.text(policy) ?? 'not set'}: it would go with its stack`,
        `set ${policy} to Retain`,
        `"${policy}"`,
      ),
    );
}
