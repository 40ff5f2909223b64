import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import type { Finding } from '../plan/findings.ts';
import { isStored } from '../plan/protections.ts';
import { parseRetentionClass, type Tier } from '../plan/values/retention.ts';
import type { Assignment } from './assignments.ts';
import type { Breach } from './breach.ts';
import { partsOf } from './checks/lifecycle.ts';
import { replicationRuleTo } from './checks/replication.ts';
import { scheduleOfTier } from './checks/velero.ts';
import type { Audit } from './model.ts';
import type { CopyFacts, EnvironmentFacts } from './read/environment.ts';
import { lifecycleOf } from './read/lifecycle.ts';

type Row = Audit['retention'][number];
type Stored = Row['stored'][number];

/** The retention matrix: a row for each tier of each row of the plan, with what the files say of it. */
export function retentionMatrix(
  facts: EnvironmentFacts,
  assignments: readonly Assignment[],
  breaches: readonly Breach[],
  compiled: CompiledPlan,
  findings: readonly Finding[],
): Row[] {
  const replication = replicationOf(facts);
  return compiled.sources.flatMap((source) =>
    source.protections.flatMap((protection, index) =>
      protection.tiers.map(({ tier, class: name }): Row => {
        const { days, storage } = parseRetentionClass(name);
        const cold = storage !== 'standard';
        const continuous = protection.schedule === null;
        const key = { source: source.name, protection: index, class: name, continuous };
        const stored = isStored(protection);
        const assigned = assignments.find((one) => one.source === source && one.index === index);
        return {
          source: source.name,
          engine: source.engine,
          kind: protection.kind,
          tier,
          schedule: protection.schedule,
          everySeconds: protection.longestGapSeconds,
          deadlineSeconds: protection.deadlineSeconds,
          promisedDays: days,
          cold,
          class: name,
          notDerived: protection.derived ? null : whyNotDerived(source, index, findings),
          stored: stored ? facts.copies.map((copy) => storedIn(copy, name, continuous, cold)) : [],
          replication: stored ? replication : null,
          job: placeOf(assigned, tier, compiled),
          kept: protection.derived && !breaches.some(({ breaks }) => breaks?.(key) ?? false),
        };
      }),
    ),
  );
}

function placeOf(
  assigned: Assignment | undefined,
  tier: Tier | null,
  compiled: CompiledPlan,
): Row['job'] {
  const resource =
    assigned?.workload?.resource ??
    (assigned && tier ? scheduleOfTier(assigned, tier, compiled) : undefined);
  return resource?.whole.place ?? null;
}

/** Findings that say that no job is derived: of a row, and of a source. */
const OF_ROW = 'TM203';
const OF_SOURCE = 'TM507';

/** The plan's reason where it gives one, else what the finding says. */
function whyNotDerived(
  { name, engine }: CompiledSource,
  index: number,
  findings: readonly Finding[],
): string {
  const rowPath = new RegExp(`(^|\\.)sources\\.${name}\\.protect\\.${index}$`);
  const finding = findings.find(
    ({ code, path }) =>
      (code === OF_ROW && rowPath.test(path)) || (code === OF_SOURCE && path === `sources.${name}`),
  );
  return finding?.reason ?? finding?.message ?? `no job takes these backups of ${engine}`;
}

/** The part with the shortest life decides how long a backup is visible, the one with the longest when all of it may go. */
function storedIn(
  { side, region, bucketName, bucket }: CopyFacts,
  name: string,
  continuous: boolean,
  cold: boolean,
): Stored {
  const base = { role: side, region, bucket: bucketName };
  if (!bucket) return { ...base, ...NOTHING };
  const parts = partsOf(continuous).map((part) =>
    lifecycleOf(bucket.rules, `${part}/${name}/`, bucket.versioned),
  );
  const visible = [...parts].sort((a, b) => end(a.visibleDays) - end(b.visibleDays))[0];
  const longest = Math.max(...parts.map(({ deletableDays }) => end(deletableDays)));
  const moved = parts.find((part) => part.cold)?.cold ?? null;
  const rule = visible?.decisive ?? (cold ? parts.find(({ moving }) => moving)?.moving : undefined);
  return {
    ...base,
    visibleDays: visible?.visibleDays ?? null,
    deletableDays: Number.isFinite(longest) ? longest : null,
    coldAfterDays: moved?.days ?? null,
    storageClass: moved?.storageClass ?? null,
    lock: lockOf(bucket.lock),
    encryption: bucket.encryption,
    versioned: bucket.versioned,
    place: (rule?.at ?? bucket.resource.whole).place,
  };
}

const NOTHING: Omit<Stored, 'role' | 'region' | 'bucket'> = {
  visibleDays: null,
  deletableDays: null,
  coldAfterDays: null,
  storageClass: null,
  lock: null,
  encryption: null,
  versioned: false,
  place: null,
};

const end = (days: number | null): number => days ?? Number.POSITIVE_INFINITY;

function lockOf(lock: { readonly mode: string; readonly days: number } | null): Stored['lock'] {
  if (lock?.mode !== 'governance' && lock?.mode !== 'compliance') return null;
  return { mode: lock.mode, days: lock.days };
}

function replicationOf({ copies: [primary, replica] }: EnvironmentFacts): Row['replication'] {
  if (!primary?.bucket || !replica) return null;
  const rule = replicationRuleTo(primary.bucket, replica.bucketName);
  return rule
    ? { toRegion: replica.region, withinMinutes: rule.withinMinutes, place: rule.at.place }
    : null;
}
