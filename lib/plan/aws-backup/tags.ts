import type { CompiledBackupGroup, CompiledBackupRule } from './compiled.ts';

/** Tags by which an audit tells environments, plans and tiers apart; its controls can look at one tag each. */
export const TAG = {
  /** On vaults and on what is in them: the name of the vault. */
  vault: 'tidemark:vault',
  /** On backup plans: their name. */
  plan: 'tidemark:backup-plan',
  /** On recovery points: what promised how long they are kept. */
  rule: 'tidemark:backup-rule',
} as const;

export const ruleTag = ({ plan }: CompiledBackupGroup, { name }: CompiledBackupRule): string =>
  `${plan}/${name}`;
