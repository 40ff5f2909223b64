import { accountOf, type Side } from '../account.ts';
import type { CompiledPlan } from '../compiled.ts';
import type { CompiledAwsBackup } from './compiled.ts';

/** Names of restore tests, frameworks and reports have letters, digits and underscores only. */
export const underscored = (name: string): string => name.replaceAll('-', '_');

/** By name, as the vaults of both regions have the same one and no stack exports it. */
export const vaultArn = (
  compiled: CompiledPlan,
  { vault }: CompiledAwsBackup,
  side: Side,
): string =>
  `arn:aws:backup:${compiled.regions[side]}:${accountOf(compiled, side)}:backup-vault:${vault}`;
