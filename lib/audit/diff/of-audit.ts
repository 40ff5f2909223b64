import { z } from 'zod';
import { tierSchema } from '../../plan/values/retention.ts';
import { scheduleSchema } from '../../plan/values/schedule.ts';
import type { Fact, Promises, Standing } from './facts.ts';
import { classFacts, findingFacts } from './shared-facts.ts';
import { type RowPromises, sourceFacts } from './source-facts.ts';

const storedSchema = z.object({
  role: z.enum(['primary', 'replica']),
  lock: z.object({ mode: z.enum(['governance', 'compliance']), days: z.number() }).nullable(),
  encryption: z.object({ algorithm: z.string(), key: z.string() }).nullable(),
});
const retentionSchema = z.object({
  source: z.string(),
  engine: z.string(),
  kind: z.string(),
  tier: tierSchema.nullable(),
  schedule: scheduleSchema.nullable(),
  everySeconds: z.number(),
  deadlineSeconds: z.number(),
  class: z.string(),
  notDerived: z.string().nullable(),
  stored: z.array(storedSchema),
  replication: z.object({ toRegion: z.string() }).nullable(),
});

/** The parts of an audit that are promises. An older audit lacks what later ones have; what is here is in all of them. */
export const comparableAuditSchema = z.object({
  format: z.literal(1),
  plan: z.string(),
  environment: z.string(),
  account: z.string(),
  regions: z.object({ primary: z.string(), replica: z.string() }),
  retention: z.array(retentionSchema),
  objectives: z.array(
    z.object({
      source: z.string(),
      rpoSeconds: z.number(),
      rtoSeconds: z.number(),
      worstLossSeconds: z.number(),
      windowSeconds: z.number().nullable(),
    }),
  ),
  alerts: z.array(
    z.object({
      source: z.string().nullable(),
      name: z.string(),
      condition: z.string(),
      severity: z.string(),
      tells: z.array(z.string()),
    }),
  ),
  verification: z.array(
    z.object({
      source: z.string(),
      check: z.string(),
      schedule: scheduleSchema.nullable(),
      automated: z.boolean(),
    }),
  ),
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.enum(['error', 'warning', 'info', 'exempt']),
      path: z.string(),
      message: z.string(),
      reason: z.string().nullable(),
    }),
  ),
});
export type ComparableAudit = z.infer<typeof comparableAuditSchema>;
type Row = ComparableAudit['retention'][number];

export function promisesOfAudit(audit: ComparableAudit): Promises {
  const { plan, environment, account, regions, retention } = audit;
  const stored = retention.filter((row) => row.stored.length > 0);
  return {
    plan,
    environment,
    facts: [
      { about: 'environment', environment },
      { about: 'plan', plan },
      { about: 'account', account },
      { about: 'region', role: 'primary', region: regions.primary },
      { about: 'region', role: 'replica', region: regions.replica },
      ...lockFacts(stored),
      ...encryptionFacts(stored, 'primary'),
      ...encryptionFacts(stored, 'replica'),
      ...alertFacts(audit),
      ...audit.objectives.flatMap((objective) => factsOf(objective, audit)),
      ...classFacts(stored.map((row) => row.class)),
      ...findingFacts(audit.findings),
    ],
  };
}

function factsOf(
  objective: ComparableAudit['objectives'][number],
  { retention, verification }: ComparableAudit,
): Fact[] {
  const { source } = objective;
  const rows = Map.groupBy(
    retention.filter((row) => row.source === source),
    ({ kind }) => kind,
  );
  const checks = verification.filter((check) => check.source === source);
  return [
    ...sourceFacts({
      ...objective,
      engine: rows.values().next().value?.[0]?.engine ?? '',
      rows: [...rows.values()].flatMap(rowOf),
      checks,
    }),
    ...[...rows].flatMap(([kind, own]): Fact[] =>
      own.some(({ replication }) => replication === null) ? [] : [{ about: 'copy', source, kind }],
    ),
    ...checks.flatMap(({ check, automated }): Fact[] =>
      automated ? [{ about: 'automation', source, check }] : [],
    ),
  ];
}

/** The tiers of one row of the plan are rows of the audit. */
function rowOf(tiers: readonly Row[]): RowPromises[] {
  const [first] = tiers;
  return first ? [{ ...first, standing: standingOf(first), tiers }] : [];
}

function standingOf({ notDerived, stored, kind }: Row): Standing {
  if (notDerived === null) return 'derived';
  // A live copy elsewhere has no place in the bucket, and is a promise of its own.
  return stored.length > 0 || kind === 'replication' ? 'planned' : 'met';
}

/** What holds for every class is promised: the weakest lock, and none where one class has none. */
function lockFacts(stored: readonly Row[]): Fact[] {
  const locks = stored.flatMap((row) =>
    row.stored.filter(({ role }) => role === 'primary').map(({ lock }) => lock),
  );
  const found = locks.filter((lock) => lock !== null);
  if (found.length === 0 || found.length < locks.length) return [];
  const weakest = found.some(({ mode }) => mode === 'governance') ? 'governance' : 'compliance';
  return [
    { about: 'lock', mode: weakest },
    { about: 'lock-time', days: Math.min(...found.map(({ days }) => days)) },
  ];
}

function encryptionFacts(stored: readonly Row[], role: 'primary' | 'replica'): Fact[] {
  const found = stored.flatMap((row) => row.stored.filter((copy) => copy.role === role));
  const [first] = found;
  if (!first?.encryption || found.some(({ encryption }) => encryption === null)) return [];
  return [{ about: 'encryption', role, ...first.encryption }];
}

function alertFacts({ alerts }: ComparableAudit): Fact[] {
  const told = new Set(alerts.flatMap(({ tells }) => tells.flatMap(addressesOf)));
  return [
    ...(told.size > 0 ? [{ about: 'tells' } as const] : []),
    ...[...told].map((address): Fact => ({ about: 'told', address })),
    ...alerts.map(
      ({ source, name, severity, condition }): Fact => ({
        about: 'alert',
        source,
        name,
        severity,
        condition,
      }),
    ),
  ];
}

/** Of `topic: a@example.com, b@example.com`. */
const addressesOf = (tells: string): string[] =>
  tells
    .slice(tells.indexOf(': ') + 1)
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address.includes('@'));
