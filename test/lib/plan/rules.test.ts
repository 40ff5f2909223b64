import type { Severity } from '../../../lib/plan/findings.ts';
import { full, incremental, wal } from '../../../lib/plan/language.ts';
import { codesOf, findingsOf, plan, production, protect, source } from './example.ts';

const server = source().server;
const streamed = wal({ flush: '60s', keep: '7d' });
const daily = full({ at: '03:00', keep: '30d' });

interface Case {
  readonly code: string;
  readonly severity: Severity;
  readonly path: string;
  readonly says: RegExp;
  /** A plan that has the finding, and one that is nearly the same and does not. */
  readonly fires: unknown;
  readonly silent: unknown;
}

const CASES: Case[] = [
  {
    code: 'TM101',
    severity: 'error',
    path: 'objectives.rpo',
    says: /up to 4 min 1 s .* objective of 4 min: WAL is stored every 2 min 1 s, plus 2 min/,
    fires: {
      ...protect(wal({ flush: '121s', keep: '7d' }), daily),
      objectives: { rpo: '4m', rto: '1h' },
    },
    silent: {
      ...protect(wal({ flush: '120s', keep: '7d' }), daily),
      objectives: { rpo: '4m', rto: '1h' },
    },
  },
  {
    code: 'TM101',
    severity: 'error',
    path: 'sources.database.objectives.rpo',
    says: /up to 1 d 2 h .*: 1 d between two starts plus 2 h that a job may take/,
    fires: plan({
      sources: {
        database: source({
          protect: [full({ at: '03:00', within: '2h', keep: '30d' })],
          objectives: { rpo: '25h', rto: '1h' },
        }),
      },
    }),
    silent: plan({
      sources: {
        database: source({
          protect: [full({ at: '03:00', within: '2h', keep: '30d' })],
          objectives: { rpo: '26h', rto: '1h' },
        }),
      },
    }),
  },
  {
    code: 'TM101',
    severity: 'error',
    path: 'objectives.rpo',
    says: /up to 7 d 1 h .* expire before the next one is complete \(3 d 1 h after their start\)/,
    fires: {
      ...protect(full({ cron: '0 3 * * 1-5', within: '1h', keep: { daily: '1d', weekly: '30d' } })),
      objectives: { rpo: '7d', rto: '1h' },
    },
    silent: {
      ...protect(full({ cron: '0 3 * * 1-5', within: '1h', keep: { daily: '4d', weekly: '30d' } })),
      objectives: { rpo: '7d', rto: '1h' },
    },
  },
  {
    code: 'TM103',
    severity: 'info',
    path: 'sources.database.protect.0',
    says: /every moment of the last 5 d 18 h: WAL is kept 7d, .* 1 d apart and may take 6 h/,
    fires: plan(),
    silent: protect(daily),
  },
  {
    code: 'TM104',
    severity: 'error',
    path: 'sources.database.protect.0',
    says: /WAL is kept 1d/,
    fires: protect(wal({ flush: '60s', keep: '1d' }), daily),
    silent: protect(wal({ flush: '60s', keep: '2d' }), daily),
  },
  {
    code: 'TM201',
    severity: 'error',
    path: 'sources.database.protect.1',
    says: /one is kept 7 d, but the next is complete only 7 d 6 h after it started/,
    fires: protect(streamed, full({ cron: '0 3 * * 0', keep: '7d' })),
    silent: protect(streamed, full({ cron: '0 3 * * 0', keep: '8d' })),
  },
  {
    code: 'TM202',
    severity: 'error',
    path: 'sources.database.protect.2',
    says: /kept 5 d but lose their parent earlier: the full backup is kept 6 d, .* up to 1 d 7 h/,
    fires: protect(
      streamed,
      full({ at: '03:00', keep: '6d' }),
      incremental({ every: '1h', keep: '5d' }),
    ),
    silent: protect(
      streamed,
      full({ at: '03:00', keep: '7d' }),
      incremental({ every: '1h', keep: '5d' }),
    ),
  },
  {
    code: 'TM203',
    severity: 'warning',
    path: 'sources.database.protect.2',
    says: /of PostgreSQL 18 are not taken by this release; its promise is kept by WAL/,
    fires: protect(streamed, daily, incremental({ every: '15m', keep: '24h' })),
    silent: plan(),
  },
  {
    code: 'TM203',
    severity: 'error',
    path: 'sources.database.protect.1',
    says: /PostgreSQL 16 has no incremental base backups/,
    fires: plan({
      objectives: { rpo: '2d', rto: '1h' },
      sources: {
        database: source({
          server: { ...server, version: '16' },
          protect: [daily, incremental({ every: '15m', keep: '24h' })],
        }),
      },
    }),
    silent: protect(daily),
  },
  {
    code: 'TM204',
    severity: 'warning',
    path: 'sources.database.protect.0',
    says: /WAL is kept 31 d but no full backup longer than 30 d/,
    fires: protect(wal({ flush: '60s', keep: '31d' }), daily),
    silent: protect(wal({ flush: '60s', keep: '30d' }), daily),
  },
  {
    code: 'TM301',
    severity: 'error',
    path: 'sources.database.protect.1.keep.weekly',
    says: /kept 84 d in cold storage, which bills at least 90 d/,
    fires: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', weekly: '12w' }, cold: ['weekly'] }),
    ),
    silent: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', weekly: '90d' }, cold: ['weekly'] }),
    ),
  },
  {
    code: 'TM302',
    severity: 'error',
    path: 'sources.database.protect.1.cold',
    says: /yearly backups shall move to cold storage, but the row keeps only daily, monthly ones/,
    fires: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', monthly: '1y' }, cold: ['monthly', 'yearly'] }),
    ),
    silent: protect(
      streamed,
      full({ at: '03:00', keep: { daily: '30d', monthly: '1y' }, cold: ['monthly'] }),
    ),
  },
  {
    code: 'TM303',
    severity: 'warning',
    path: 'sources.database.verify.checksums',
    says: /wal data is kept 6 d but verified only every 7 d/,
    fires: protect(wal({ flush: '60s', keep: '6d' }), daily),
    silent: plan(),
  },
  {
    code: 'TM304',
    severity: 'error',
    path: 'sources.database.protect.1.keep.weekly',
    says: /daily backups are kept 60 d, but the one that is also the weekly backup only 30 d/,
    fires: protect(streamed, full({ at: '03:00', keep: { daily: '60d', weekly: '30d' } })),
    silent: protect(streamed, full({ at: '03:00', keep: { daily: '30d', weekly: '30d' } })),
  },
  {
    code: 'TM305',
    severity: 'warning',
    path: 'sources.database.protect.1.keep.hourly',
    says: /no backup is ever kept as hourly: .* at least a daily one/,
    fires: protect(streamed, full({ at: '03:00', keep: { hourly: '7d', daily: '30d' } })),
    silent: protect(streamed, full({ every: '6h', keep: { hourly: '7d', daily: '30d' } })),
  },
  {
    code: 'TM306',
    severity: 'warning',
    path: 'sources.database.protect.1.keep',
    says: /schedule is daily, but the shortest tier that is kept is weekly: .* 90 d/,
    fires: protect(streamed, full({ at: '03:00', keep: { weekly: '90d' } })),
    silent: protect(streamed, full({ cron: '0 3 * * 0', keep: { weekly: '90d' } })),
  },
  {
    code: 'TM307',
    severity: 'error',
    path: 'environments.production.lock',
    says: /daily of database is kept for ever, but S3 locks an object for 36500 d/,
    fires: {
      ...production({ lock: 'governance' }),
      sources: {
        database: source({ protect: [streamed, full({ at: '03:00', keep: 'forever' })] }),
      },
    },
    silent: {
      ...production({ lock: 'governance' }),
      sources: { database: source({ protect: [streamed, full({ at: '03:00', keep: '99y' })] }) },
    },
  },
  {
    code: 'TM308',
    severity: 'info',
    path: 'environments.production.lock',
    says: /cannot be removed by anyone, .* for up to 30 d/,
    fires: production({ lock: 'compliance' }),
    silent: production({ lock: 'governance' }),
  },
  {
    code: 'TM309',
    severity: 'warning',
    path: 'sources.database.protect.1.keep',
    says: /kept longer than 29 d, but environment production keeps databases 30 d/,
    fires: protect(streamed, full({ at: '03:00', keep: '29d' })),
    silent: plan(),
  },
  {
    code: 'TM401',
    severity: 'error',
    path: 'sources.database.protect.1.within',
    says: /may take 2 h, but the next one starts after 1 h/,
    fires: protect(streamed, full({ every: '1h', within: '2h', keep: '30d' })),
    silent: protect(streamed, full({ every: '1h', keep: '30d' })),
  },
  {
    code: 'TM402',
    severity: 'warning',
    path: 'sources.database.protect.1',
    says: /in Europe\/Berlin leaves out a start: two are up to 1 d 23 h apart instead of 1 d/,
    fires: protect(streamed, full({ at: '02:30', timezone: 'Europe/Berlin', keep: '30d' })),
    silent: protect(streamed, full({ at: '03:00', timezone: 'Europe/Berlin', keep: '30d' })),
  },
  {
    code: 'TM402',
    severity: 'warning',
    path: 'sources.database.protect.1',
    says: /in America\/New_York makes a start come twice, 1 h apart/,
    fires: protect(streamed, full({ at: '01:30', timezone: 'America/New_York', keep: '30d' })),
    silent: protect(streamed, full({ every: '6h', timezone: 'America/New_York', keep: '30d' })),
  },
  {
    code: 'TM403',
    severity: 'warning',
    path: 'sources.orders.protect.1',
    says: /of database and orders start at the same moment, such as 2026-01-04T03:00:00.000Z/,
    fires: plan({
      sources: {
        database: source(),
        orders: source({
          server: { ...server, service: 'orders.shop' },
          protect: [streamed, full({ cron: '0 3 * * 0', keep: '30d' })],
        }),
      },
    }),
    silent: plan({
      sources: {
        database: source(),
        orders: source({
          server: { ...server, service: 'orders.shop' },
          protect: [streamed, full({ cron: '0 4 * * 0', keep: '30d' })],
        }),
      },
    }),
  },
  {
    code: 'TM501',
    severity: 'warning',
    path: 'sources.database.verify.checksums',
    says: /never read again/,
    fires: plan({ sources: { database: source({ verify: { restore: 'monthly' } }) } }),
    silent: plan(),
  },
  {
    code: 'TM502',
    severity: 'warning',
    path: 'sources.database.verify.restore',
    says: /no drill is planned for database/,
    fires: plan({ sources: { database: source({ verify: { checksums: 'weekly' } }) } }),
    silent: plan({
      sources: { database: source({ verify: { checksums: 'weekly', fullRestore: 'monthly' } }) },
    }),
  },
  {
    code: 'TM503',
    severity: 'warning',
    path: 'alerts.email',
    says: /nobody is told/,
    fires: plan({ alerts: { email: [] } }),
    silent: { ...production({ alerts: { email: ['a@example.com'] } }), alerts: { email: [] } },
  },
  {
    code: 'TM504',
    severity: 'error',
    path: 'environments.production.regions.replica',
    says: /would be in eu-west-1 like the first one/,
    fires: production({ regions: { primary: 'eu-west-1', replica: 'eu-west-1' } }),
    silent: production({ regions: { primary: 'eu-west-1', replica: 'eu-west-2' } }),
  },
  {
    code: 'TM505',
    severity: 'warning',
    path: 'sources.database.restore',
    says: /no restore job is derived for database/,
    fires: plan({ sources: { database: source({ restore: undefined }) } }),
    silent: plan(),
  },
  {
    code: 'TM506',
    severity: 'info',
    path: 'sources.database.verify.restore',
    says: /the monthly drill of database is run by people/,
    fires: plan(),
    silent: plan({ sources: { database: source({ verify: { checksums: 'weekly' } }) } }),
  },
  {
    code: 'TM601',
    severity: 'error',
    path: 'environments.production.sources.database.server.service',
    says: /is a managed server/,
    fires: production({
      sources: { database: { server: { service: 'shop.abc.eu-west-1.rds.amazonaws.com' } } },
    }),
    silent: production({ sources: { database: { server: { service: 'postgres.amazonaws' } } } }),
  },
  {
    code: 'TM602',
    severity: 'warning',
    path: 'sources.database.server.service',
    says: /localhost is the pod of the backup itself/,
    fires: plan({ sources: { database: source({ server: { ...server, service: 'localhost' } }) } }),
    silent: plan({ sources: { database: source({ server: { ...server, service: 'local' } }) } }),
  },
  {
    code: 'TM603',
    severity: 'warning',
    path: 'sources.database.server.tls',
    says: /not encrypted/,
    fires: plan({ sources: { database: source({ server: { ...server, tls: 'disable' } }) } }),
    silent: plan({ sources: { database: source({ server: { ...server, tls: 'verify-full' } }) } }),
  },
  {
    code: 'TM604',
    severity: 'warning',
    path: 'sources.orders.server.service',
    says: /database and orders are on the same server postgres.shop:5432/,
    fires: plan({ sources: { database: source(), orders: source() } }),
    silent: plan({
      sources: { database: source(), orders: source({ server: { ...server, port: 5433 } }) },
    }),
  },
  {
    code: 'TM701',
    severity: 'warning',
    path: 'exemptions.0',
    says: /no TM503 is reported at "alerts" in any environment/,
    fires: plan({
      exemptions: [
        { code: 'TM503', path: 'alerts', reason: 'the team watches a screen all night' },
      ],
    }),
    silent: plan({
      alerts: { email: [] },
      exemptions: [
        { code: 'TM503', path: 'alerts', reason: 'the team watches a screen all night' },
      ],
    }),
  },
];

describe('a plan without mistakes', () => {
  test('has nothing but information', () => {
    expect(findingsOf(plan()).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'info TM102',
      'info TM103',
      'info TM506',
    ]);
  });
});

describe.each(CASES)('$code ($severity)', ({ code, severity, path, says, fires, silent }) => {
  test('is reported', () => {
    expect(findingsOf(fires)).toContainEqual(
      expect.objectContaining({
        code,
        severity,
        path,
        message: expect.stringMatching(says),
        remedy: expect.stringMatching(/.{10}/),
      }),
    );
  });

  test('is not reported where nothing is wrong', () => {
    expect(findingsOf(silent).filter((f) => f.code === code && f.severity === severity)).toEqual(
      [],
    );
  });
});

test('TM102 asks for a drill until a restore is measured', () => {
  expect(codesOf(plan())).toContain('TM102');
  expect(codesOf({})).not.toContain('TM102');
});
