import {
  DescribeBackupVaultCommand,
  GetBackupVaultAccessPolicyCommand,
  GetBackupVaultNotificationsCommand,
} from '@aws-sdk/client-backup';
import { unlessAbsent } from '../failure.ts';
import { canonicalPolicy } from '../policy.ts';
import { isObject, parsed } from '../properties.ts';
import { type Look, once, type Reading } from '../reader.ts';

const NOT_SET = 'ResourceNotFoundException';

export function readVault({ clients: { backup }, id, properties }: Look): Reading {
  const vault = { BackupVaultName: id };
  const described = once(() => backup.send(new DescribeBackupVaultCommand(vault)));
  // AWS Backup answers with the same error where the vault has no policy and where there is no vault.
  const orNone = async <T>(ask: () => Promise<T>): Promise<T | undefined> => {
    await described();
    return unlessAbsent(ask(), NOT_SET);
  };
  return {
    expected: {
      ...properties,
      AccessPolicy: canonicalPolicy(properties.AccessPolicy),
      LockConfiguration: expectedLock(properties.LockConfiguration),
    },
    skipped: ['BackupVaultName', 'BackupVaultTags'],
    found: {
      EncryptionKeyArn: async () => (await described()).EncryptionKeyArn,
      LockConfiguration: async () => {
        const { Locked, LockDate, MinRetentionDays, MaxRetentionDays } = await described();
        if (!Locked) return undefined;
        return { MinRetentionDays, MaxRetentionDays, Mode: modeOf(LockDate !== undefined) };
      },
      AccessPolicy: async () => {
        const answer = await orNone(() =>
          backup.send(new GetBackupVaultAccessPolicyCommand(vault)),
        );
        return canonicalPolicy(parsed(answer?.Policy));
      },
      Notifications: async () => {
        const answer = await orNone(() =>
          backup.send(new GetBackupVaultNotificationsCommand(vault)),
        );
        return (
          answer && { SNSTopicArn: answer.SNSTopicArn, BackupVaultEvents: answer.BackupVaultEvents }
        );
      },
    },
  };
}

/** The days until a lock is final are told as the date; what matters is whether it will be. */
function expectedLock(lock: unknown): unknown {
  if (!isObject(lock)) return undefined;
  const { ChangeableForDays, ...days } = lock;
  return { ...days, Mode: modeOf(ChangeableForDays !== undefined) };
}

const modeOf = (final: boolean): string => (final ? 'compliance' : 'governance');
