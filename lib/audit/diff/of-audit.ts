import { spoken } from '../read/topics.ts';
import type { ComparableAudit } from './comparable-audit.ts';
import type { Fact, Promises, Standing } from './facts.ts';
import { classFacts, findingFacts, placeFacts, toldFact } from './shared-facts.ts';
import { type RowPromises, sourceFacts } from './source-facts.ts';

type Row = ComparableAudit['retention'][number];

export function promisesOfAudit(audit: ComparableAudit): Promises {
  const { plan, environment, retention, retired } = audit;
  const stored = retention.filter((row) => row.stored.length > 0);
  return {
    plan,
    environment,
    facts: [
      ...placeFacts(audit),
      ...lockFacts(stored),
      ...encryptionFacts(stored, 'primary'),
      ...encryptionFacts(stored, 'replica'),
      ...alertFacts(audit),
      ...audit.objectives.flatMap((objective) => factsOf(objective, audit)),
      ...classFacts([...stored.map((row) => row.class), ...retired]),
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
    ...[...told].map(toldFact),
    ...alerts.map(
      ({ source, name, severity, condition, fires }): Fact => ({
        about: 'alert',
        source,
        name,
        severity,
        condition,
        fires: fires ?? undefined,
      }),
    ),
  ];
}

/** Of `topic: a@example.com, https://events.example.com/…`. Audits of earlier versions have the whole of an endpoint. */
const addressesOf = (tells: string): string[] =>
  tells
    .slice(tells.indexOf(': ') + 1)
    .split(',')
    .map((address) => address.trim())
    .filter((address) => /@|^https:/.test(address))
    .map(spoken);
