import { lockDays } from '../../plan/promised-days.ts';
import { awsBackupFacts } from './aws-backup-facts.ts';
import type { ComparablePlan } from './comparable-plan.ts';
import type { Alarm, Fact, Promises, Standing } from './facts.ts';
import {
  classFacts,
  type FindingLike,
  findingFacts,
  placeFacts,
  toldFact,
} from './shared-facts.ts';
import { gapOf, sourceFacts } from './source-facts.ts';

const ALARMS: readonly Alarm[] = ['failed', 'missing', 'tooSmall', 'verificationFailed'];

/** @param findings what checking the plan reported */
export function promisesOfPlan(
  compiled: ComparablePlan,
  findings: readonly FindingLike[],
): Promises {
  const { plan, environment, weekStartsOn, lock, classes, retired } = compiled;
  return {
    plan,
    environment,
    facts: [
      ...placeFacts(compiled),
      ...(lock === null
        ? []
        : [
            { about: 'lock', mode: lock } as const,
            { about: 'lock-time', days: lockDays(compiled) } as const,
          ]),
      ...(compiled.breakGlass
        ? [
            {
              about: 'people',
              principals: compiled.breakGlass.principals,
              removes: compiled.breakGlass.bypassGovernance,
            } as const,
          ]
        : []),
      { about: 'week', startsOn: weekStartsOn },
      ...(compiled.logDays === undefined
        ? []
        : [{ about: 'log-time', days: compiled.logDays } as const]),
      ...alertFacts(compiled),
      ...recoveryFacts(compiled),
      ...compiled.sources.flatMap(factsOf),
      ...(compiled.awsBackup ? awsBackupFacts(compiled.awsBackup) : []),
      ...classFacts([...classes, ...retired].map(({ name }) => name)),
      ...findingFacts(findings),
    ],
  };
}

function alertFacts({ alerts: all, sources }: ComparablePlan): Fact[] {
  const { email, slack, https = [], ...alerts } = all;
  const { failed, missing, tooSmall } = alerts;
  const channels = slack ? [`channel ${slack.channel} of Slack`] : [];
  const told = [...new Set([...email, ...https, ...channels])];
  return [
    ...(told.length > 0 ? [{ about: 'tells' } as const] : []),
    ...told.map(toldFact),
    ...ALARMS.flatMap((name): Fact[] => {
      const alarm = alerts[name];
      return alarm ? [{ about: 'alarm', name, severity: alarm.severity }] : [];
    }),
    ...(failed
      ? [
          {
            about: 'alarm-after',
            name: 'failed',
            seconds: failed.forSeconds,
            stated: true,
          } as const,
        ]
      : []),
    ...(missing ? missingAfter(missing.afterSeconds, sources) : []),
    ...(tooSmall
      ? [{ about: 'alarm-below', name: 'tooSmall', share: tooSmall.below } as const]
      : []),
  ];
}

/** What the schedules allow may be less than the plan does: then it rings no later for that. */
function missingAfter(
  afterSeconds: number | null,
  sources: readonly ComparablePlan['sources'][number][],
): Fact[] {
  const allowed = sources.flatMap(({ protections }) =>
    protections
      .filter(({ kind, schedule }) => schedule !== null && kind !== 'change')
      .map((row) => row.overdueSeconds ?? everyOf(row) + row.deadlineSeconds),
  );
  const seconds = Math.min(
    afterSeconds ?? Number.POSITIVE_INFINITY,
    allowed.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...allowed),
  );
  if (!Number.isFinite(seconds)) return [];
  return [{ about: 'alarm-after', name: 'missing', seconds, stated: afterSeconds !== null }];
}

function recoveryFacts({ recovery }: ComparablePlan): Fact[] {
  const { severities = [], phases = [] } = recovery ?? {};
  return [
    ...severities.map(
      ({ level, rtoSeconds, procedure }): Fact => ({
        about: 'recovery',
        part: 'severity',
        name: level,
        seconds: rtoSeconds,
        steps: procedure,
      }),
    ),
    ...phases.map(
      ({ name, withinSeconds, steps }): Fact => ({
        about: 'recovery',
        part: 'phase',
        name,
        seconds: withinSeconds,
        steps,
      }),
    ),
  ];
}

function factsOf(source: ComparablePlan['sources'][number]): Fact[] {
  const { name, engine, objectives, proof, protections, verify } = source;
  const restore = source.restore ?? source.settings?.restore ?? null;
  return [
    ...sourceFacts({
      source: name,
      engine,
      ...objectives,
      ...proof,
      rows: protections.map((row) => ({
        ...row,
        standing: standingOf(row),
        everySeconds: everyOf(row),
      })),
      checks: Object.entries(verify).flatMap(([check, schedule]) =>
        schedule === null ? [] : [{ check, schedule }],
      ),
    }),
    ...(restore === null ? [] : [{ about: 'restore-job', source: name } as const]),
  ];
}

type Row = ComparablePlan['sources'][number]['protections'][number];

function standingOf({ derived, metBy }: Row): Standing {
  if (derived) return 'derived';
  // Before plans named what keeps the promise of a row without a job, it always was the log.
  return metBy === null ? 'planned' : 'met';
}

function everyOf({ longestGapSeconds, schedule, flushSeconds }: Row): number {
  return longestGapSeconds ?? (schedule === null ? (flushSeconds ?? 0) : gapOf(schedule));
}
