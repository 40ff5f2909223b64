import { z } from 'zod';
import { tierSchema } from '../../plan/values/retention.ts';
import { scheduleSchema } from '../../plan/values/schedule.ts';
import { lockDays } from '../../storage/promised-days.ts';
import type { Alarm, Fact, Promises, Standing } from './facts.ts';
import { classFacts, type FindingLike, findingFacts } from './shared-facts.ts';
import { gapOf, sourceFacts } from './source-facts.ts';

const ALARMS: readonly Alarm[] = ['failed', 'missing', 'tooSmall', 'verificationFailed'];

const severitySchema = z.object({ severity: z.string() });
const rowSchema = z.object({
  kind: z.string(),
  schedule: scheduleSchema.nullable(),
  flushSeconds: z.number().nullable(),
  deadlineSeconds: z.number(),
  longestGapSeconds: z.number().optional(),
  tiers: z.array(z.object({ tier: tierSchema.nullable(), class: z.string() })).min(1),
  derived: z.boolean(),
  metBy: z.string().nullable().optional(),
});
const sourceSchema = z.object({
  name: z.string(),
  engine: z.string(),
  objectives: z.object({ rpoSeconds: z.number(), rtoSeconds: z.number() }),
  protections: z.array(rowSchema),
  verify: z.record(z.string(), scheduleSchema.nullable()),
  proof: z.object({ worstLossSeconds: z.number(), windowSeconds: z.number().nullable() }),
  restore: z.unknown().optional(),
  settings: z.looseObject({}).optional(),
});

/**
 * The parts of a compiled plan that are promises, in every form that a version of this program gave them: a plan of an
 * older commit is compiled by the program of that commit.
 */
export const comparablePlanSchema = z.object({
  format: z.literal(1),
  plan: z.string(),
  environment: z.string(),
  account: z.string(),
  regions: z.object({ primary: z.string(), replica: z.string() }),
  weekStartsOn: z.string(),
  lock: z.enum(['governance', 'compliance']).nullable(),
  classes: z.array(z.object({ name: z.string(), days: z.number().nullable(), cold: z.boolean() })),
  alerts: z.object({
    email: z.array(z.string()),
    failed: severitySchema.extend({ forSeconds: z.number() }).optional(),
    missing: severitySchema.extend({ afterSeconds: z.number().nullable() }).optional(),
    tooSmall: severitySchema.extend({ below: z.number() }).optional(),
    verificationFailed: severitySchema.optional(),
  }),
  recovery: z
    .object({
      severities: z.array(
        z.object({ level: z.string(), rtoSeconds: z.number(), procedure: z.array(z.string()) }),
      ),
      phases: z.array(
        z.object({
          name: z.string(),
          withinSeconds: z.number().nullable(),
          steps: z.array(z.string()),
        }),
      ),
    })
    .optional(),
  logDays: z.number().nullable().optional(),
  sources: z.array(sourceSchema),
});
type ComparablePlan = z.infer<typeof comparablePlanSchema>;

/** @param findings what checking the plan reported */
export function promisesOfPlan(
  compiled: ComparablePlan,
  findings: readonly FindingLike[],
): Promises {
  const { plan, environment, account, regions, weekStartsOn, lock, classes } = compiled;
  return {
    plan,
    environment,
    facts: [
      { about: 'environment', environment },
      { about: 'plan', plan },
      { about: 'account', account },
      { about: 'region', role: 'primary', region: regions.primary },
      { about: 'region', role: 'replica', region: regions.replica },
      ...(lock === null
        ? []
        : [
            { about: 'lock', mode: lock } as const,
            { about: 'lock-time', days: lockDays(compiled) } as const,
          ]),
      { about: 'week', startsOn: weekStartsOn },
      ...(compiled.logDays === undefined
        ? []
        : [{ about: 'log-time', days: compiled.logDays } as const]),
      ...alertFacts(compiled.alerts),
      ...recoveryFacts(compiled),
      ...compiled.sources.flatMap(factsOf),
      ...classFacts(classes.map(({ name }) => name)),
      ...findingFacts(findings),
    ],
  };
}

function alertFacts({ email, ...alerts }: ComparablePlan['alerts']): Fact[] {
  const { failed, missing, tooSmall } = alerts;
  const told = [...new Set(email)];
  return [
    ...(told.length > 0 ? [{ about: 'tells' } as const] : []),
    ...told.map((address): Fact => ({ about: 'told', address })),
    ...ALARMS.flatMap((name): Fact[] => {
      const alarm = alerts[name];
      return alarm ? [{ about: 'alarm', name, severity: alarm.severity }] : [];
    }),
    ...(failed
      ? [{ about: 'alarm-after', name: 'failed', seconds: failed.forSeconds } as const]
      : []),
    ...(missing && missing.afterSeconds !== null
      ? [{ about: 'alarm-after', name: 'missing', seconds: missing.afterSeconds } as const]
      : []),
    ...(tooSmall
      ? [{ about: 'alarm-below', name: 'tooSmall', share: tooSmall.below } as const]
      : []),
  ];
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
