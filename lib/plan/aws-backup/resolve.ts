import type { AwsBackupPlan, BackupGroup } from '../aws-backup.ts';
import type { ResolvedPlan } from '../resolve.ts';
import { boundedName } from '../values/bounded-name.ts';
import { CADENCE_SCHEDULES } from '../values/cadence.ts';
import { days } from '../values/duration.ts';
import { LIMITS } from './capabilities.ts';
import type { CompiledAwsBackup, CompiledBackupRule } from './compiled.ts';
import { type ResolvedRule, resolveRules } from './rows.ts';

export interface ResolvedGroup {
  readonly name: string;
  readonly group: BackupGroup;
  readonly rules: readonly ResolvedRule[];
}

/** What a plan asks of AWS Backup, as one environment sees it. */
export interface ResolvedAwsBackup {
  readonly given: AwsBackupPlan;
  readonly groups: readonly ResolvedGroup[];
  /** Where a part of it is written: in the plan or in the environment, which replaces the whole. */
  readonly pathOf: (...keys: (string | number)[]) => string;
}

/** Undefined where the plan asks for nothing. */
export function resolveAwsBackup(plan: ResolvedPlan): ResolvedAwsBackup | undefined {
  const given = plan.settings.awsBackup ?? plan.plan.awsBackup;
  if (!given || Object.keys(given.groups).length === 0) return undefined;
  const prefix = plan.settings.awsBackup ? ['environments', plan.environment] : [];
  return {
    given,
    groups: Object.entries(given.groups).map(([name, group]) => ({
      name,
      group,
      rules: resolveRules(plan, group),
    })),
    pathOf: (...keys) => [...prefix, 'awsBackup', ...keys].join('.'),
  };
}

/** The retentions in a vault, copies included: what its lock is derived from and held against. */
export const vaultDays = ({ groups }: ResolvedAwsBackup): (number | null)[] =>
  groups.flatMap(({ rules }) =>
    rules.flatMap(({ keepDays, copy }) => [keepDays, ...(copy ? [copy.keepDays] : [])]),
  );

/** For a plan without errors. */
export function compileAwsBackup(
  plan: ResolvedPlan,
  resolved: ResolvedAwsBackup,
): CompiledAwsBackup {
  const product = `tidemark-${plan.plan.name}-${plan.environment}`;
  return {
    vault: boundedName(product, LIMITS.nameLength),
    lock: compiledLock(plan, resolved),
    groups: resolved.groups.map(({ name, group, rules }) => ({
      name,
      plan: boundedName(`${product}-${name}`, LIMITS.nameLength),
      resources: group.resources,
      tag: group.tag,
      rules: compiledRules(rules),
      restoreTest: group.verify.restore ? CADENCE_SCHEDULES[group.verify.restore] : null,
    })),
  };
}

function compiledLock(
  { settings }: ResolvedPlan,
  resolved: ResolvedAwsBackup,
): CompiledAwsBackup['lock'] {
  if (settings.lock === undefined) return null;
  const { min, max, changeableFor } = resolved.given.lock;
  const kept = vaultDays(resolved);
  const finite = kept.filter((value) => value !== null);
  const longest = finite.length < kept.length ? null : Math.max(...finite);
  return {
    mode: settings.lock,
    minDays: min === undefined ? Math.min(...(finite.length > 0 ? finite : [1])) : days(min),
    maxDays: max === undefined ? longest : days(max),
    changeableForDays: settings.lock === 'compliance' ? days(changeableFor) : null,
  };
}

function compiledRules(rules: readonly ResolvedRule[]): CompiledBackupRule[] {
  const names = rules.map(({ tier }) => tier ?? 'continuous');
  return rules.flatMap((rule, index): CompiledBackupRule[] => {
    const { schedule, longestGapSeconds, startMinutes, completionMinutes } = rule;
    if (schedule === null) return [];
    const name = names[index] ?? '';
    const before = names.slice(0, index).filter((other) => other === name).length;
    return [
      {
        name: before === 0 ? name : `${name}-${before + 1}`,
        tier: rule.tier,
        schedule,
        everySeconds: longestGapSeconds,
        overdueSeconds: longestGapSeconds + (startMinutes + completionMinutes) * 60,
        startWindowMinutes: startMinutes,
        completionWindowMinutes: completionMinutes,
        keepDays: rule.keepDays,
        coldAfterDays: rule.coldAfterDays,
        copy: rule.copy,
      },
    ];
  });
}
