import type { CompiledPlan } from './compiled.ts';

/** Where backups are written, or where they are copied to. */
export type Side = keyof CompiledPlan['regions'];

type Accounts = Pick<CompiledPlan, 'account' | 'replicaAccount'>;

/** The AWS account, 12 digits, that everything of one side is in: stack, bucket, keys, roles, topic and vault. */
export const accountOf = ({ account, replicaAccount }: Accounts, side: Side): string =>
  side === 'replica' ? (replicaAccount ?? account) : account;

/** Whether the second copy is out of reach for whoever administers the first one. */
export const isCrossAccount = (compiled: Accounts): boolean => accountsOf(compiled).length > 1;

/** All of its accounts, that of the primary region first. */
export const accountsOf = (compiled: Accounts): string[] => [
  ...new Set([accountOf(compiled, 'primary'), accountOf(compiled, 'replica')]),
];

/**
 * Id, and end of the name, of the stack that watches whether what is copied to a region from the other account keeps up.
 * It is in the account that is copied from.
 */
export const watchStackId = (region: string): string => `${region}-replication`;
