import { compile } from '../../../lib/plan/compile.ts';
import { full, incremental, wal } from '../../../lib/plan/language.ts';
import { codesOf, findingsOf, plan, production, protect, source } from './example.ts';

const streamed = wal({ flush: '60s', keep: '7d' });
const daily = full({ at: '03:00', keep: '30d' });
const server = source().server;

/** Plans that the type checker would refuse, as a person without an editor writes them. */
const written = (changes: Record<string, unknown>): unknown => ({ ...plan(), ...changes });
const rows = (...of: unknown[]): unknown =>
  written({ sources: { database: { ...source(), protect: of } } });

interface Case {
  readonly code: string;
  readonly what: string;
  readonly path: string;
  readonly fires: unknown;
  readonly message: RegExp;
  readonly remedy: RegExp;
}

const CASES: Case[] = [
  {
    code: 'TM001',
    what: 'an unknown key of an override, among the keys of its source',
    path: 'environments.production.sources.database.verfy',
    fires: written({
      environments: {
        production: { account: '111111111111', sources: { database: { verfy: {} } } },
      },
    }),
    message: /unknown key "verfy"/,
    remedy: /write "verify"; known here: engine, /,
  },
  {
    code: 'TM001',
    what: 'a key with two letters swapped',
    path: 'sources.database.restoer',
    fires: written({ sources: { database: { ...source(), restoer: {} } } }),
    message: /unknown key "restoer"/,
    remedy: /write "restore"/,
  },
  {
    code: 'TM004',
    what: 'a count of no backups',
    path: 'sources.database.protect.1.keep.daily',
    fires: rows(streamed, { ...daily, keep: { daily: 0 } }),
    message: /^0 is not a retention$/,
    remedy: /a whole number from 1 to 1000/,
  },
  {
    code: 'TM004',
    what: 'a count beyond all numbers, once',
    path: 'sources.database.protect.1.keep.daily',
    fires: rows(streamed, { ...daily, keep: { daily: 1e21 } }),
    message: /^1e\+21 is not a retention$/,
    remedy: /a whole number from 1 to 1000/,
  },
  {
    code: 'TM007',
    what: 'a title of two lines',
    path: 'title',
    fires: written({ title: 'Shop\n\u001b[31mred' }),
    message: /the title has a line break/,
    remedy: /one line of text/,
  },
  {
    code: 'TM001',
    what: 'an unknown key of the plan',
    path: 'sorces',
    fires: written({ sorces: {} }),
    message: /unknown key "sorces"/,
    remedy: /write "sources"/,
  },
  {
    code: 'TM001',
    what: 'an unknown key of a row, among the keys of its kind',
    path: 'sources.database.protect.0.flsh',
    fires: rows({ ...streamed, flsh: '3s' }, daily),
    message: /unknown key "flsh"/,
    remedy: /write "flush"; known here: kind, flush, keep$/,
  },
  {
    code: 'TM001',
    what: 'an unknown tier',
    path: 'sources.database.protect.1.keep.dayly',
    fires: rows(streamed, { kind: 'full', at: '03:00', keep: { dayly: '30d' } }),
    message: /unknown key "dayly"/,
    remedy: /write "daily"; known here: hourly, daily, weekly, monthly, yearly/,
  },
  {
    code: 'TM001',
    what: 'an unknown key far from every known one',
    path: 'regions.backup',
    fires: written({ regions: { ...plan().regions, backup: 'eu-west-3' } }),
    message: /unknown key "backup"/,
    remedy: /^remove it; known here: primary, replica$/,
  },
  {
    code: 'TM001',
    what: 'an unknown key in an override',
    path: 'environments.production.sources.database.verify.checksum',
    fires: production({
      sources: { database: { verify: { checksum: 'daily' } as never } },
    }),
    message: /unknown key "checksum"/,
    remedy: /write "checksums"/,
  },
  {
    code: 'TM002',
    what: 'a missing part',
    path: 'objectives',
    fires: written({ objectives: undefined }),
    message: /key "objectives" is missing/,
    remedy: /of type object/,
  },
  {
    code: 'TM002',
    what: 'a missing duration',
    path: 'objectives.rto',
    fires: written({ objectives: { rpo: '5m' } }),
    message: /key "rto" is missing/,
    remedy: /whole number and a unit/,
  },
  {
    code: 'TM003',
    what: 'a value of another type',
    path: 'sources.database.server.port',
    fires: written({
      sources: { database: source({ server: { ...server, port: '5432' as never } }) },
    }),
    message: /found a value of type string/,
    remedy: /type number/,
  },
  {
    code: 'TM003',
    what: 'a plan that is no object',
    path: '',
    fires: null,
    message: /type null/,
    remedy: /type object/,
  },
  {
    code: 'TM004',
    what: 'a malformed duration',
    path: 'objectives.rpo',
    fires: written({ objectives: { rpo: '5 minutes', rto: '1h' } }),
    message: /^"5 minutes" is not a duration$/,
    remedy: /such as '60s'/,
  },
  {
    code: 'TM004',
    what: 'a malformed retention of a tier',
    path: 'sources.database.protect.1.keep.weekly',
    fires: rows(streamed, { kind: 'full', at: '03:00', keep: { daily: '30d', weekly: '3x' } }),
    message: /^"3x" is not a retention$/,
    remedy: /or 'forever'/,
  },
  {
    code: 'TM005',
    what: 'a malformed cron expression',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '@daily', keep: '30d' })),
    message: /"@daily" is not a cron schedule/,
    remedy: /five fields/,
  },
  {
    code: 'TM005',
    what: 'an hour that no day has',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '0 24 * * *', keep: '30d' })),
    message: /is not a cron schedule \(.*24\)/,
    remedy: /five fields/,
  },
  {
    code: 'TM005',
    what: 'a schedule that never starts',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '0 3 30 2 *', keep: '30d' })),
    message: /never starts: no year has such a day/,
    remedy: /a day that exists/,
  },
  {
    code: 'TM005',
    what: 'Sunday as 7',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '0 3 * * 7', keep: '30d' })),
    message: /Kubernetes refuses/,
    remedy: /write 0 or SUN/,
  },
  {
    code: 'TM005',
    what: 'an interval that cron cannot say',
    path: 'sources.database.protect.2.every',
    fires: rows(streamed, daily, incremental({ every: '7m', keep: '1d' })),
    message: /every 7m evenly/,
    remedy: /divides an hour or a day/,
  },
  {
    code: 'TM005',
    what: 'a time of day that does not exist',
    path: 'sources.database.protect.1.at',
    fires: rows(streamed, full({ at: '25:00', keep: '30d' })),
    message: /"25:00" is not a time of day/,
    remedy: /HH:MM/,
  },
  {
    code: 'TM005',
    what: 'an unknown time zone',
    path: 'sources.database.protect.1.timezone',
    fires: rows(streamed, full({ at: '03:00', timezone: 'Mars/Olympus', keep: '30d' })),
    message: /"Mars\/Olympus" is not a time zone/,
    remedy: /Europe\/Berlin/,
  },
  {
    code: 'TM005',
    what: 'two starts in one row',
    path: 'sources.database.protect.1',
    fires: rows(streamed, full({ at: '03:00', every: '6h', keep: '30d' })),
    message: /at and every are given/,
    remedy: /exactly one/,
  },
  {
    code: 'TM005',
    what: 'a row without a start, beside another mistake in it',
    path: 'sources.database.protect.1',
    fires: rows(streamed, { kind: 'full', kep: '30d' }),
    message: /no start is given/,
    remedy: /exactly one/,
  },
  {
    code: 'TM006',
    what: 'a malformed name',
    path: 'name',
    fires: written({ name: 'My Shop' }),
    message: /"My Shop" is not a name/,
    remedy: /lower-case/,
  },
  {
    code: 'TM006',
    what: 'a malformed name of a source',
    path: 'sources.Data Base',
    fires: written({ sources: { 'Data Base': source() } }),
    message: /"Data Base" is not a name/,
    remedy: /lower-case/,
  },
  {
    code: 'TM007',
    what: 'a value that is not among the possible ones',
    path: 'sources.database.verify.checksums',
    fires: written({ sources: { database: source({ verify: { checksums: 'weakly' as never } }) } }),
    message: /"weakly" is not possible here/,
    remedy: /write 'weekly'; possible are 'daily', 'weekly', 'monthly'/,
  },
  {
    code: 'TM007',
    what: 'an unknown engine',
    path: 'sources.database.engine',
    fires: written({ sources: { database: { ...source(), engine: 'postgres' } } }),
    message: /"postgres" is not possible here/,
    remedy: /'postgresql'/,
  },
  {
    code: 'TM007',
    what: 'an account that is no account',
    path: 'environments.production.account',
    fires: production({ account: '1234' }),
    message: /"1234" is not an AWS account/,
    remedy: /12 digits/,
  },
  {
    code: 'TM007',
    what: 'an image with a tag',
    path: 'kubernetes.image',
    fires: written({ kubernetes: { ...plan().kubernetes, image: 'ghcr.io/acme/agent:16' } }),
    message: /is not an image repository/,
    remedy: /without a tag/,
  },
  {
    code: 'TM007',
    what: 'an address that is no e-mail address',
    path: 'alerts.email.0',
    fires: written({ alerts: { email: ['oncall'] } }),
    message: /"oncall" is not an e-mail address/,
    remedy: /oncall@example.com/,
  },
  {
    code: 'TM007',
    what: 'a source without full backups',
    path: 'sources.database.protect',
    fires: rows(streamed),
    message: /without one nothing can be restored/,
    remedy: /add full/,
  },
  {
    code: 'TM007',
    what: 'two rows of one kind',
    path: 'sources.database.protect',
    fires: rows(streamed, daily, full({ cron: '0 3 * * 0', keep: '90d' })),
    message: /two rows have the same kind/,
    remedy: /a retention for each tier/,
  },
  {
    code: 'TM007',
    what: 'a plan without sources',
    path: 'sources',
    fires: written({ sources: {} }),
    message: /at least one source/,
    remedy: /add/,
  },
  {
    code: 'TM007',
    what: 'an exemption without a sentence',
    path: 'exemptions.0.reason',
    fires: plan({ exemptions: [{ code: 'TM501', path: 'sources', reason: 'ok' }] }),
    message: /"ok" is not a reason/,
    remedy: /20 characters/,
  },
  {
    code: 'TM008',
    what: 'an override of a source that does not exist',
    path: 'environments.production.sources.databse',
    fires: production({ sources: { databse: { verify: {} } } }),
    message: /no source "databse"/,
    remedy: /write "database"/,
  },
  {
    code: 'TM009',
    what: 'an environment without a retention',
    path: 'environments.demo.retention',
    fires: plan({
      environments: { demo: { account: '111111111111' }, production: { account: '111111111111' } },
    }),
    message:
      /"demo" has no retention .* development, staging, production, compliance have defaults/,
    remedy: /retention: \{ database/,
  },
  {
    code: 'TM010',
    what: 'a bucket name that S3 refuses',
    path: 'environments.production',
    fires: plan({ name: 'an-internet-shop-with-a-long-name' }),
    message: /tidemark-an-internet-.* would have 79 characters, and S3 allows 63/,
    remedy: /by 16/,
  },
  {
    code: 'TM011',
    what: 'an unknown environment',
    path: 'environments',
    fires: {
      ...plan(),
      environments: { prodution: { account: '111111111111', retention: { database: '30d' } } },
    },
    message: /no environment "production"/,
    remedy: /did you mean "prodution"\?/,
  },
];

describe.each(CASES)('$code: $what', ({ code, path, fires, message, remedy }) => {
  test('is an error with its path, what was found and what to write', () => {
    const { compiled, findings } = compile(fires, 'production');
    expect(compiled).toBeUndefined();
    expect(findings).toContainEqual(
      expect.objectContaining({
        code,
        severity: 'error',
        path,
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      }),
    );
  });
});

describe('the form check', () => {
  test('finds nothing in a sound plan', () => {
    expect(codesOf(plan()).filter((code) => code.startsWith('TM0'))).toEqual([]);
  });

  test('accepts an environment of its own name with a retention', () => {
    const demo = plan({
      environments: { demo: { account: '111111111111', retention: { database: '5d' } } },
    });
    expect(compile(demo, 'demo').compiled?.environment).toBe('demo');
  });

  test('reports every mistake at once, with the value found', () => {
    const wrong = written({
      nmae: 'shop',
      objectives: { rpo: 'soon', rto: 3600 },
      environments: { production: { account: 111111111111, retentoin: {} } },
      sources: { database: { ...source(), protect: [{ kind: 'wal', flush: '1min' }, 7] } },
    });
    expect(findingsOf(wrong).map(({ code, path, value }) => [code, path, value])).toEqual(
      expect.arrayContaining([
        ['TM001', 'nmae', 'shop'],
        ['TM004', 'objectives.rpo', 'soon'],
        ['TM004', 'objectives.rto', 3600],
        ['TM003', 'environments.production.account', 111111111111],
        ['TM001', 'environments.production.retentoin', {}],
        ['TM004', 'sources.database.protect.0.flush', '1min'],
        ['TM003', 'sources.database.protect.1', 7],
        ['TM007', 'sources.database.protect', [{ kind: 'wal', flush: '1min' }, 7]],
      ]),
    );
  });

  test('leaves the meaning of sound parts checked in the same run', () => {
    const wrong = written({
      nmae: 'shop',
      sources: {
        broken: { ...source(), engine: 'mysql' },
        database: source({ verify: { restore: 'monthly' } }),
      },
    });
    expect(findingsOf(wrong).map(({ code, path }) => `${code} ${path}`)).toEqual([
      'TM007 sources.broken.engine',
      'TM001 nmae',
      'TM102 objectives.rto',
      'TM103 sources.database.protect.0',
      'TM501 sources.database.verify.checksums',
      'TM506 sources.database.verify.restore',
    ]);
  });

  test('reports a mistake in an override once, and only there', () => {
    const wrong = production({ sources: { database: { server: { port: 99_999 } } } });
    expect(findingsOf(wrong).map(({ path }) => path)).toEqual([
      'environments.production.sources.database.server.port',
    ]);
  });

  test('says nothing about what stands in for a part that is wrong', () => {
    const found = findingsOf(written({ objectives: { rpo: '5min', rto: '1h' } }));
    expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining(['TM004', 'TM103']));
    expect(found.map(({ code }) => code)).not.toContain('TM102');
  });

  test('cannot be exempted', () => {
    const exemptions = [
      { code: 'TM001', path: '', reason: 'we like our own keys better than yours' },
    ];
    expect(findingsOf(written({ exemptions, nmae: 1 }))).toContainEqual(
      expect.objectContaining({ code: 'TM001', severity: 'error' }),
    );
    expect(findingsOf(plan({ exemptions }))).toContainEqual(
      expect.objectContaining({
        code: 'TM701',
        message: expect.stringMatching(/cannot be exempted/),
      }),
    );
  });

  test.each([undefined, 7, 'plan', [], () => plan()])('survives %p as a plan', (value) => {
    expect(compile(value, 'production')).toMatchObject({
      compiled: undefined,
      findings: [{ code: expect.stringMatching(/^TM00/) }],
    });
  });
});

test('exempt findings carry the reason and do not stop compilation', () => {
  const accepted = plan({
    ...protect(full({ at: '03:00', keep: '30d' })),
    exemptions: [
      {
        code: 'TM101',
        path: 'objectives',
        reason: 'only the nightly import writes to this database',
      },
    ],
  });
  const { compiled, findings } = compile(accepted, 'production');
  expect(compiled?.sources[0]?.proof.worstLossSeconds).toBe(30 * 3600);
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: 'TM101',
      severity: 'exempt',
      reason: 'only the nightly import writes to this database',
    }),
  );
});
