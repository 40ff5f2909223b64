import { undecided } from '../intrinsics.ts';
import type { Located } from '../located.ts';

interface Transition {
  readonly days: number;
  readonly storageClass: string;
  readonly at: Located;
}

/** A rule of a bucket's lifecycle as the template has it. */
export interface LifecycleRule {
  readonly id: string;
  readonly prefix: string;
  readonly enabled: boolean;
  /** It acts on some objects below its prefix only: those with a tag or of a size. */
  readonly limited: boolean;
  /** 0 for an expiration on a date: it then ends objects of any age. */
  readonly expirationDays: number | null;
  /** Where that is written. */
  readonly expiration: Located | undefined;
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
  /** The coldest class that objects are moved to, and when at the earliest. */
  readonly cold: Transition | null;
  /** A rule that hides every object below the prefix. */
  readonly covering: LifecycleRule | undefined;
  /** The rule that hides objects first, else the one that covers the prefix. */
  readonly decisive: LifecycleRule | undefined;
  /** The rule that does. */
  readonly moving: LifecycleRule | undefined;
}

/** From warm to cold. */
const STORAGE_CLASSES = [
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

const LIMITS = ['TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'];

export function lifecycleRulesOf(bucket: Located): LifecycleRule[] {
  const lifecycle = bucket.get('LifecycleConfiguration');
  const unknown = lifecycle && undecided(lifecycle);
  const written = (lifecycle?.get('Rules')?.items() ?? []).map(ruleOf);
  return unknown ? [...written, endOfAll(unknown)] : written;
}

function ruleOf(rule: Located): LifecycleRule {
  const expiration = rule.get('ExpirationDate') ?? rule.get('ExpirationInDays');
  return {
    id: rule.text('Id') ?? '',
    prefix: rule.text('Prefix') ?? '',
    enabled: rule.text('Status') === 'Enabled',
    limited: LIMITS.some((limit) => rule.get(limit) !== undefined),
    expirationDays: daysOf(expiration),
    expiration,
    noncurrentDays: daysOf(
      rule.get('NoncurrentVersionExpiration', 'NoncurrentDays') ??
        rule.get('NoncurrentVersionExpirationInDays'),
    ),
    transitions: transitionsOf(rule),
    at: rule,
  };
}

/** What a deployment decides may end every object at once. */
const endOfAll = (at: Located): LifecycleRule => ({
  id: '',
  prefix: '',
  enabled: true,
  limited: false,
  expirationDays: 0,
  expiration: at,
  noncurrentDays: 0,
  transitions: [],
  at,
});

/** CloudFormation takes a number as text, too. A date and what only a deployment knows are taken as at once. */
function daysOf(at: Located | undefined): number | null {
  if (!at) return null;
  const days = typeof at.value === 'number' ? at.value : at.text();
  return /^\d+$/.test(`${days}`) ? Number(days) : 0;
}

function transitionsOf(rule: Located): Transition[] {
  const single = rule.get('Transition');
  const all = [...(rule.get('Transitions')?.items() ?? []), ...(single ? [single] : [])];
  return all.map((transition) => ({
    days: daysOf(transition.get('TransitionInDays')) ?? 0,
    storageClass: transition.text('StorageClass') ?? '',
    at: transition,
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
  const [move] = acting
    .flatMap((rule) => rule.transitions.map((transition) => ({ rule, transition })))
    .sort(
      (a, b) =>
        coldness(b.transition) - coldness(a.transition) || a.transition.days - b.transition.days,
    );
  return {
    visibleDays: first?.expirationDays ?? null,
    deletableDays: deletableDays(covering, versioned),
    cold: move?.transition ?? null,
    covering: covering.find(({ expirationDays }) => expirationDays !== null),
    decisive: first ?? covering.find((rule) => rule.prefix === prefix),
    moving: move?.rule,
  };
}

/** A class that is not known yet may be colder than all. */
function coldness({ storageClass }: Transition): number {
  const index = STORAGE_CLASSES.indexOf(storageClass);
  return index < 0 ? STORAGE_CLASSES.length : index;
}

function deletableDays(covering: readonly LifecycleRule[], versioned: boolean): number | null {
  const earliest = (days: readonly (number | null)[]): number =>
    Math.min(...days.map((day) => day ?? Number.POSITIVE_INFINITY));
  const hidden = earliest(covering.map(({ expirationDays }) => expirationDays));
  const removed = earliest(covering.map(({ noncurrentDays }) => noncurrentDays));
  const days = versioned ? hidden + removed : hidden;
  return Number.isFinite(days) ? days : null;
}
