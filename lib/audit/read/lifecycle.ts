import type { Located } from '../located.ts';

interface Transition {
  readonly days: number | null;
  readonly storageClass: string;
}

/** A rule of a bucket's lifecycle as the template has it. */
export interface LifecycleRule {
  readonly id: string;
  readonly prefix: string;
  readonly enabled: boolean;
  /** It acts on some objects below its prefix only: those with a tag or of a size. */
  readonly limited: boolean;
  readonly expirationDays: number | null;
  readonly noncurrentDays: number | null;
  readonly transitions: readonly Transition[];
  readonly at: Located;
}

/** What the rules together do to objects below a prefix. */
export interface Lifecycle {
  /** S3 hides an object by the rule that acts first; null = none does. */
  readonly visibleDays: number | null;
  /** From when every version may be deleted; null = never, also where a deletion is only a marker. */
  readonly deletableDays: number | null;
  readonly cold: { readonly days: number | null; readonly storageClass: string } | null;
  /** A rule that hides every object below the prefix. */
  readonly covering: LifecycleRule | undefined;
  /** The rule that hides objects first, else the one that covers the prefix. */
  readonly decisive: LifecycleRule | undefined;
  readonly moving: LifecycleRule | undefined;
}

const LIMITS = ['TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];

export function lifecycleRulesOf(bucket: Located): LifecycleRule[] {
  return (bucket.get('LifecycleConfiguration', 'Rules')?.items() ?? []).map((rule) => ({
    id: rule.text('Id') ?? '',
    prefix: rule.text('Prefix') ?? '',
    enabled: rule.text('Status') === 'Enabled',
    limited: LIMITS.some((limit) => rule.get(limit) !== undefined),
    expirationDays: rule.number('ExpirationInDays') ?? null,
    noncurrentDays:
      rule.number('NoncurrentVersionExpiration', 'NoncurrentDays') ??
      rule.number('NoncurrentVersionExpirationInDays') ??
      null,
    transitions: transitionsOf(rule),
    at: rule,
  }));
}

function transitionsOf(rule: Located): Transition[] {
  const single = rule.get('Transition');
  const all = [...(rule.get('Transitions')?.items() ?? []), ...(single ? [single] : [])];
  return all.map((transition) => ({
    days: transition.number('TransitionInDays') ?? null,
    storageClass: transition.text('StorageClass') ?? '',
  }));
}

/** @param prefix ends with a slash, so that a rule for it covers all of a class and nothing else */
export function lifecycleOf(
  rules: readonly LifecycleRule[],
  prefix: string,
  versioned: boolean,
): Lifecycle {
  const enabled = rules.filter((rule) => rule.enabled);
  const covering = enabled.filter((rule) => !rule.limited && prefix.startsWith(rule.prefix));
  const acting = enabled.filter(
    (rule) => prefix.startsWith(rule.prefix) || rule.prefix.startsWith(prefix),
  );
  const expiring = acting
    .filter(({ expirationDays }) => expirationDays !== null)
    .sort((a, b) => (a.expirationDays ?? 0) - (b.expirationDays ?? 0));
  const [first] = expiring;
  const moving = acting.find(({ transitions }) => transitions.length > 0);
  return {
    visibleDays: first?.expirationDays ?? null,
    deletableDays: deletableDays(covering, versioned),
    cold: moving?.transitions[0] ?? null,
    covering: covering.find(({ expirationDays }) => expirationDays !== null),
    decisive: first ?? covering.find((rule) => rule.prefix === prefix),
    moving,
  };
}

function deletableDays(covering: readonly LifecycleRule[], versioned: boolean): number | null {
  const earliest = (days: readonly (number | null)[]): number =>
    Math.min(...days.map((day) => day ?? Number.POSITIVE_INFINITY));
  const hidden = earliest(covering.map(({ expirationDays }) => expirationDays));
  const removed = earliest(covering.map(({ noncurrentDays }) => noncurrentDays));
  const days = versioned ? hidden + removed : hidden;
  return Number.isFinite(days) ? days : null;
}
