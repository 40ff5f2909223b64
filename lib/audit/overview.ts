import { DIMENSION, METRIC } from '../alerting/metrics.ts';
import { type CompiledPlan, isTaken } from '../plan/compiled.ts';
import { restores } from './last-drills.ts';
import type { Audit } from './model.ts';
import { assignProofs, isSuspended, type ProofAction } from './proofs.ts';
import { type AlarmFacts, conditionText } from './read/alarms.ts';
import type { EnvironmentFacts } from './read/environment.ts';
import type { NoticeFacts } from './read/notices.ts';
import { isEnabled } from './read/verification.ts';
import type { Resource } from './template.ts';

/** An objective is proven by the schedules as long as the files run them. */
export function objectivesOf(
  { sources }: CompiledPlan,
  retention: Audit['retention'],
  drills: Audit['drills'],
): Audit['objectives'] {
  return sources.map((one) => {
    const { name, objectives, proof } = one;
    const rows = retention.filter(({ source, kind }) => source === name && kind === proof.by);
    const measured = drills.find(
      (drill) => restores(one, drill) && drill.outcome === 'succeeded' && drill.rtoSeconds !== null,
    );
    return {
      source: name,
      ...objectives,
      worstLossSeconds: proof.worstLossSeconds,
      by: proof.by,
      windowSeconds: proof.windowSeconds,
      rpoProven:
        proof.worstLossSeconds <= objectives.rpoSeconds &&
        rows.length > 0 &&
        rows.every(({ kept }) => kept),
      measuredRtoSeconds: measured?.rtoSeconds ?? null,
    };
  });
}

/** Alarms on a metric, then those that combine them, then rules on events. */
export function alertsOf(
  { alarms, notices }: Pick<EnvironmentFacts, 'alarms' | 'notices'>,
  { sources }: CompiledPlan,
): Audit['alerts'] {
  return [...alarms.map(metricAlert), ...notices.map((notice) => noticeAlert(notice, sources))];
}

type Alert = Audit['alerts'][number];

const metricAlert = (alarm: AlarmFacts): Alert => ({
  kind: 'metric',
  source: alarm.dimensions.get(DIMENSION.source) ?? null,
  name: alarm.name,
  condition: conditionText(alarm),
  fires: {
    metric: alarm.metric,
    statistic: alarm.statistic,
    comparison: alarm.operator,
    threshold: alarm.threshold,
    seconds: alarm.periods * alarm.periodSeconds,
    onSilence: alarm.missing === 'breaching',
  },
  severity: alarm.severity,
  tells: tells(alarm),
  runbook: alarm.runbook,
  place: alarm.resource.whole.place,
});

/** A combined alarm is named after its source; a rule is about the environment. */
function noticeAlert(notice: NoticeFacts, sources: CompiledPlan['sources']): Alert {
  const { kind, name, condition, severity, runbook, resource } = notice;
  const about = name.split('/').at(-2);
  return {
    kind,
    source:
      kind === 'composite' && sources.some((one) => one.name === about) ? (about ?? null) : null,
    name,
    condition,
    fires: null,
    severity,
    tells: tells(notice),
    runbook,
    place: resource.whole.place,
  };
}

const tells = ({ active, topics }: Pick<NoticeFacts, 'active' | 'topics'>): string[] =>
  active
    ? topics.map(
        ({ name, addresses }) =>
          `${name}: ${addresses.length === 0 ? 'nobody' : addresses.join(', ')}`,
      )
    : [];

/** The checks of a plan in words. What nothing in the files runs, people do. */
const CHECKS = {
  exists: 'a backup exists',
  size: 'the size is plausible',
  checksums: 'every stored byte is read again',
  restore: 'a restore is tried',
  fullRestore: 'everything is restored',
} as const satisfies Record<keyof CompiledPlan['sources'][number]['verify'], string>;

/** What the last verification of a source found. */
export type Newest = NonNullable<Audit['verification'][number]['newest']>;

export function verificationOf(
  { verification, onNewBackup, alarms, workloads }: EnvironmentFacts,
  compiled: CompiledPlan,
  verified: ReadonlyMap<string, Newest>,
): Audit['verification'] {
  const { sources } = compiled;
  const proofs = assignProofs(compiled, workloads);
  return sources.flatMap(({ name, verify, protections }) => {
    const job = (action: ProofAction) =>
      proofs
        .filter((proof) => proof.source.name === name && proof.action === action)
        .flatMap(({ workload }) =>
          workload && !isSuspended(workload) ? [workload.resource] : [],
        )[0];
    const checksums = verification.find(({ source, enabled }) => source === name && enabled);
    const newest = verified.get(name) ?? null;
    const alarm = (metric: string) =>
      alarms.find((one) => one.metric === metric && one.dimensions.get(DIMENSION.source) === name)
        ?.resource;
    // Age and size are measured with every look at the catalog, far more often than a plan asks for.
    const by = {
      exists: alarm(METRIC.age) ?? job('status'),
      size: alarm(METRIC.sizeRatio) ?? job('status'),
      checksums: checksums?.resource ?? job('verify'),
      restore: job('drill'),
      fullRestore: job('drill'),
    } satisfies Record<keyof typeof CHECKS, Resource | undefined>;
    const checks = (Object.keys(CHECKS) as (keyof typeof CHECKS)[]).flatMap((check) => {
      const schedule = verify[check];
      if (schedule === null) return [];
      return [
        {
          source: name,
          check: CHECKS[check],
          schedule,
          automated: by[check] !== undefined,
          newest: check === 'checksums' ? newest : null,
          place: by[check]?.whole.place ?? null,
        },
      ];
    });
    const isNew =
      onNewBackup && isEnabled(onNewBackup) && protections.some(isTaken)
        ? [
            {
              source: name,
              check: 'each backup is read again when it appears',
              schedule: null,
              automated: true,
              newest,
              place: onNewBackup.whole.place,
            },
          ]
        : [];
    return [...isNew, ...checks];
  });
}
