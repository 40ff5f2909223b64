import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
} from '@aws-sdk/client-kms';
import { canonicalPolicy } from '../policy.ts';
import { parsed } from '../properties.ts';
import { type Look, once, type Reading } from '../reader.ts';

/** How often KMS makes new key material unless told otherwise. */
const ROTATION_DAYS = 365;

export function readKey({ clients: { kms }, id, properties }: Look): Reading {
  const key = { KeyId: id };
  const described = once(async () => (await kms.send(new DescribeKeyCommand(key))).KeyMetadata);
  const rotation = once(() => kms.send(new GetKeyRotationStatusCommand(key)));
  return {
    expected: {
      RotationPeriodInDays: ROTATION_DAYS,
      ...properties,
      KeyPolicy: canonicalPolicy(properties.KeyPolicy),
      KeyState: 'Enabled',
    },
    skipped: ['Tags', 'PendingWindowInDays'],
    found: {
      Description: async () => (await described())?.Description,
      KeyState: async () => {
        const found = await described();
        const deleted = found?.DeletionDate?.toISOString();
        return deleted === undefined
          ? found?.KeyState
          : `${found?.KeyState}, deleted on ${deleted}`;
      },
      EnableKeyRotation: async () => (await rotation()).KeyRotationEnabled,
      RotationPeriodInDays: async () => {
        const { KeyRotationEnabled, RotationPeriodInDays } = await rotation();
        return KeyRotationEnabled ? (RotationPeriodInDays ?? ROTATION_DAYS) : ROTATION_DAYS;
      },
      KeyPolicy: async () => {
        const answer = await kms.send(new GetKeyPolicyCommand({ ...key, PolicyName: 'default' }));
        return canonicalPolicy(parsed(answer.Policy));
      },
    },
  };
}

/** Whatever is asked of an alias is answered for its key. */
export function readAlias({ clients: { kms }, id }: Look): Reading {
  return {
    skipped: ['AliasName'],
    found: {
      TargetKeyId: async () =>
        (await kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata?.Arn,
    },
  };
}
