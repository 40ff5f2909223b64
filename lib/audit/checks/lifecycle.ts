import { CATALOG, DATA, WAL } from '../../catalog/keys.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import { longestJobDays, moveOf, NONCURRENT_DAYS } from '../../plan/promised-days.ts';
import { isStored } from '../../plan/protections.ts';
import { type Breach, type Lack, lackIn, type RowKey } from '../breach.ts';
import type { Located } from '../located.ts';
import type { Place } from '../model.ts';
import type { BucketFacts } from '../read/bucket.ts';
import { lifecycleOf } from '../read/lifecycle.ts';
import { type Context, checkMove } from './cold-storage.ts';

type RetentionClass = CompiledPlan['classes'][number];
const PARTS = [CATALOG, DATA, WAL] as const;
type Part = (typeof PARTS)[number];

export const partsOf = (continuous: boolean): Part[] => (continuous ? [WAL] : [CATALOG, DATA]);

/**
 * Every class that some row of the plan needs, in every part of the bucket that the row writes to, and every class that
 * rows needed once.
 */
export function checkLifecycle(bucket: BucketFacts, compiled: CompiledPlan): Breach[] {
  const needed = compiled.classes.map((retention) => ({
    retention,
    parts: neededParts(compiled, retention.name),
  }));
  const retired = compiled.retired.map((retention) => ({ retention, parts: PARTS }));
  return [...needed, ...retired].flatMap(({ retention, parts }) =>
    parts.flatMap((part) => checkPart(bucket, compiled, retention, part)),
  );
}

function neededParts(compiled: CompiledPlan, name: string): Part[] {
  const rows = compiled.sources
    .flatMap(({ protections }) => protections)
    .filter((row) => isStored(row) && row.tiers.some((tier) => tier.class === name));
  return [...new Set(rows.flatMap(({ schedule }) => partsOf(schedule === null)))];
}

function checkPart(
  bucket: BucketFacts,
  compiled: CompiledPlan,
  retention: RetentionClass,
  part: Part,
): Breach[] {
  const prefix = `${part}/${retention.name}/`;
  // A bucket that keeps no versions is a breach of its own.
  const found = lifecycleOf(bucket.rules, prefix, true);
  const container = found.decisive?.at ?? ruleList(bucket);
  const breach = (at: Place, message: string, remedy: string, lacks?: Lack): Breach => ({
    place: at,
    message,
    remedy,
    ...(lacks !== undefined && { lacks }),
    breaks: (row: RowKey) => row.class === retention.name && partsOf(row.continuous).includes(part),
  });
  const context = { bucket, prefix, found, container, breach };
  const cold = checkMove(context, part === DATA ? moveOf(retention) : null);
  if (retention.days === null) return [...checkEndless(context), ...cold];
  // The manifest is what makes a backup exist; its data may only outlive it, and by no more than a job takes.
  const days = retention.days + (part === DATA ? longestJobDays(compiled) : 0);
  if (!found.covering) return [withoutRule(context, days)];
  return [...checkDays(context, days), ...cold];
}

const ruleList = ({ resource }: BucketFacts): Located =>
  resource.body.get('LifecycleConfiguration', 'Rules') ?? resource.whole;

function checkEndless({ bucket, prefix, found, container, breach }: Context): Breach[] {
  if (found.visibleDays === null) return [];
  return [
    breach(
      found.decisive?.expiration?.place ?? container.place,
      `${bucket.name} hides objects below ${prefix} after ${found.visibleDays} d; the plan keeps them for ever`,
      `remove the expiration from rule ${found.decisive?.id ?? ''}`,
    ),
  ];
}

function checkDays(context: Context, days: number): Breach[] {
  const { bucket, prefix, found, container, breach } = context;
  const rule = found.decisive;
  if (found.visibleDays !== days) {
    return [
      breach(
        rule?.expiration?.place ?? container.place,
        `${bucket.name} hides objects below ${prefix} after ${found.visibleDays} d; the plan needs ${days} d`,
        `set ExpirationInDays of ${ruleName(rule?.id, prefix)} to ${days}, or change the retention in the plan`,
      ),
    ];
  }
  if (found.deletableDays === days + NONCURRENT_DAYS) return [];
  const effective =
    found.deletableDays === null
      ? 'are hidden but never deleted, because the bucket keeps every version'
      : `may be deleted after ${found.deletableDays} d`;
  return [
    breach(
      rule?.at.get('NoncurrentVersionExpiration', 'NoncurrentDays')?.place ?? container.place,
      `in ${bucket.name} objects below ${prefix} ${effective}; the plan needs ${days} d and ${NONCURRENT_DAYS} d as a noncurrent version`,
      `set NoncurrentVersionExpiration.NoncurrentDays of rule ${rule?.id ?? ''} to ${NONCURRENT_DAYS}`,
      lackIn(container, 'NoncurrentDays'),
    ),
  ];
}

const ruleName = (id: string | undefined, prefix: string): string =>
  id === undefined || id === '' ? `the rule for ${prefix}` : `rule ${id}`;

/** Told apart from a rule that is switched off or is for less, because that is where a reviewer should look. */
function withoutRule({ bucket, prefix, container, breach }: Context, days: number): Breach {
  const need = `the plan needs ${days} d`;
  const off = bucket.rules.find((rule) => rule.prefix === prefix && !rule.enabled);
  if (off) {
    return breach(
      (off.at.get('Status') ?? off.at).place,
      `rule ${off.id} is disabled, so ${bucket.name} keeps objects below ${prefix} for ever; ${need}`,
      `set Status of rule ${off.id} to Enabled`,
      lackIn(off.at, '"Status"'),
    );
  }
  const partial = bucket.rules.find((rule) => rule.prefix.startsWith(prefix));
  if (partial) {
    const endless = partial.prefix === prefix && !partial.limited;
    return breach(
      (endless ? partial.at : (partial.at.get('Prefix') ?? partial.at)).place,
      `rule ${partial.id} of ${bucket.name} ${endless ? 'has no expiration' : `is for a part of ${prefix} only`}; ${need} for all of it`,
      `give rule ${partial.id} the prefix ${prefix}, no other filter, and ExpirationInDays ${days}`,
      lackIn(partial.at, 'ExpirationInDays'),
    );
  }
  return breach(
    container.place,
    `${bucket.name} has no rule that expires objects below ${prefix}; ${need}`,
    `add a lifecycle rule for ${prefix} with ExpirationInDays ${days}`,
    lackIn(container, `"${prefix}"`),
  );
}
