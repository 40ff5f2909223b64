import { full, incremental, wal } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { daily, plan, production, protect, server, source, streamed } from '../../plan/example.ts';

type FullKeep = Parameters<typeof full>[0]['keep'];
type Rows = ReturnType<typeof source>['protect'];
type Verify = ReturnType<typeof source>['verify'];

export const kept = (keep: FullKeep, walKeep: '7d' | '30d' = '7d'): PlanInput =>
  protect(wal({ flush: '60s', keep: walKeep }), full({ at: '03:00', ...(keep && { keep }) }));
const verified = (verify: Verify): PlanInput => plan({ sources: { database: source({ verify }) } });
const promised = (rpo: '5m' | '1h', rto: '1h' | '4h'): PlanInput =>
  plan({ objectives: { rpo, rto } });
/** With a lock, as nothing is said about copies in another account then. */
const inAccounts = (account: string, replicaAccount?: string): PlanInput =>
  production({ account, lock: 'governance', ...(replicaAccount && { replicaAccount }) });
/** Of a server that has no incremental base backups. */
const of16 = (...rows: Rows): PlanInput =>
  plan({
    sources: { database: source({ server: { ...server, version: '16' }, protect: rows }) },
  });
const told = (...email: string[]): PlanInput => plan({ alerts: { email } });

const REASON = 'The shop writes at night only, and what is lost can be typed in again.';
const accepted = (reason?: string): PlanInput => {
  const rows = [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', keep: '30d' })];
  const { sources } = protect(...rows);
  return plan({
    sources,
    objectives: { rpo: reason === undefined ? '5m' : '2m', rto: '1h' },
    exemptions: reason === undefined ? [] : [{ code: 'TM101', path: 'objectives.rpo', reason }],
  });
};

/** Pairs of plans, each of which differs in one thing. */
export const CASES = {
  'retention of the only tier': [kept('90d'), kept('30d')],
  'retention in a class that another row still has': [kept('30d', '30d'), kept('30d', '7d')],
  'one tier of several': [kept({ daily: '30d', weekly: '90d' }), kept({ daily: '30d' })],
  'a tier that adds nothing to the shorter one': [
    kept({ daily: '30d', weekly: '30d' }),
    kept({ daily: '30d' }),
  ],
  'no more end': [kept('forever'), kept('30d')],
  'cold storage': [
    protect(
      wal({ flush: '60s', keep: '7d' }),
      full({ at: '03:00', keep: { daily: '30d', monthly: '1y' }, cold: ['monthly'] }),
    ),
    kept({ daily: '30d', monthly: '1y' }),
  ],
  'an archive': [
    protect(
      wal({ flush: '60s', keep: '7d' }),
      full({ at: '03:00', keep: { daily: '30d', yearly: '7y' }, cold: ['yearly'] }),
    ),
    protect(
      wal({ flush: '60s', keep: '7d' }),
      full({ at: '03:00', keep: { daily: '30d', yearly: '7y' }, archive: ['yearly'] }),
    ),
  ],
  'a rarer schedule': [
    kept({ daily: '30d', weekly: '90d' }, '30d'),
    protect(
      wal({ flush: '60s', keep: '30d' }),
      full({ cron: '0 3 * * 0', keep: { weekly: '90d' } }),
    ),
  ],
  'another time of day': [
    kept('30d'),
    protect(wal({ flush: '60s', keep: '7d' }), full({ at: '04:00', keep: '30d' })),
  ],
  'the flush of WAL': [
    kept('30d'),
    protect(wal({ flush: '120s', keep: '7d' }), full({ at: '03:00', keep: '30d' })),
  ],
  'the longest run': [
    kept('30d'),
    protect(wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', within: '2h', keep: '30d' })),
  ],
  'no more WAL': [
    plan({ objectives: { rpo: '2d', rto: '1h' } }),
    plan({
      objectives: { rpo: '2d', rto: '1h' },
      sources: { database: source({ protect: [full({ at: '03:00', keep: '30d' })] }) },
    }),
  ],
  'a row that another one keeps': [
    of16(streamed, incremental({ every: '1h', keep: '1d' }), daily),
    of16(streamed, daily),
  ],
  objectives: [promised('5m', '1h'), promised('1h', '4h')],
  'no more checks': [verified({ checksums: 'weekly', restore: 'monthly' }), verified({})],
  'rarer checks': [
    verified({ checksums: 'weekly', restore: 'monthly' }),
    verified({ checksums: 'monthly', restore: 'monthly' }),
  ],
  'the lock': [production({ lock: 'governance' }), production({})],
  'the mode of the lock': [production({ lock: 'compliance' }), production({ lock: 'governance' })],
  'the time of the lock': [
    {
      ...kept('30d', '30d'),
      ...production({ lock: 'governance' }),
      sources: kept('30d', '30d').sources,
    },
    { ...production({ lock: 'governance' }), sources: kept('30d', '7d').sources },
  ],
  'the replica region': [
    plan({ regions: { primary: 'eu-central-1', replica: 'eu-west-1' } }),
    plan({ regions: { primary: 'eu-central-1', replica: 'eu-north-1' } }),
  ],
  'the two regions, exchanged': [
    kept('30d'),
    { ...kept('30d'), regions: { primary: 'eu-west-1', replica: 'eu-central-1' } },
  ],
  'the primary region, and a retention': [
    kept('90d'),
    { ...kept('30d'), regions: { primary: 'eu-south-1', replica: 'eu-west-1' } },
  ],
  'the account': [
    plan({ environments: { production: { account: '111111111111' } } }),
    plan({ environments: { production: { account: '222222222222' } } }),
  ],
  'an account for the copies': [
    inAccounts('111111111111'),
    inAccounts('111111111111', '222222222222'),
  ],
  'the account of the backups, whose copies stay where they are': [
    inAccounts('111111111111', '222222222222'),
    inAccounts('333333333333', '222222222222'),
  ],
  'the name of the plan': [plan(), plan({ name: 'store' })],
  'who is told': [told('a@example.com', 'b@example.com'), told('a@example.com')],
  'where else alarms go': [
    plan({
      alerts: {
        slack: { workspace: 'T0123456789', channel: 'C0123456789' },
        https: ['https://events.example.com/backups'],
      },
    }),
    plan({ alerts: { email: ['oncall@example.com'] } }),
  ],
  'nobody is told': [told('a@example.com', 'b@example.com'), told()],
  'how bad an alert is': [
    plan(),
    plan({ alerts: { email: ['oncall@example.com'], failed: { severity: 'warning' } } }),
  ],
  'a source': [plan({ sources: { database: source(), archive: source() } }), plan()],
  'an accepted exception': [accepted(), accepted(REASON)],
  'the reason of an exception': [accepted(REASON), accepted(`${REASON} The owner agreed.`)],
  'the first day of a week': [plan(), plan({ weekStartsOn: 'monday' })],
  'the restore job': [plan(), plan({ sources: { database: without('restore') } })],
  'the time of a recovery': [recovery('1h'), recovery('30m')],
} satisfies Record<string, [PlanInput, PlanInput]>;

function without(part: 'restore') {
  const { [part]: _, ...rest } = source();
  return rest;
}

function recovery(rto: '1h' | '30m'): PlanInput {
  return plan({
    recovery: {
      severities: [{ level: 'SEV1', scenario: 'the region is gone', rto, procedure: 'fail over' }],
    },
  });
}
