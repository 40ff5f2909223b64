import { buildAudit } from '../../../../lib/audit/build.ts';
import { usdOf } from '../../../../lib/audit/costs/rows.ts';
import type { Audit } from '../../../../lib/audit/model.ts';
import type { Synthesised } from '../../../../lib/audit/read/environment.ts';
import { PRICES, STORAGE } from '../../../../lib/plan/costs/prices.ts';
import { edited, replace } from '../edits.ts';
import { type AuditedEnvironment, auditedEnvironment } from '../environment.ts';

const GIB = 1024 ** 3;
const DAYS_PER_MONTH = 365.25 / 12;

let environment: AuditedEnvironment;
beforeAll(async () => {
  environment = await auditedEnvironment();
});

const NOTHING = { given: new Map(), measured: new Map() };
const LARGE = new Map([['database', { full: 120 * GIB, perDay: 4 * GIB }]]);

function audit(sizes = { ...NOTHING, given: LARGE }, files: Synthesised = environment.files) {
  return buildAudit({ ...environment, ...files, fresh: environment.files, drills: [], sizes });
}

function costs(built: Audit) {
  if (!built.costs) throw new Error('an audit of this version has costs');
  return built.costs;
}

const rowsOf = (built: Audit, tier: string, role: 'primary' | 'replica' = 'primary') =>
  costs(built).rows.filter((row) => row.tier === tier && row.role === role);

describe('what is stored', () => {
  test('is as much as is written in the days of the template, not of the plan', () => {
    const [daily] = rowsOf(audit(), 'daily');
    const perDay = (daily?.backups ?? 0) / 32;
    expect(daily?.bytes).toBeCloseTo(perDay * 32 * 120 * GIB, 0);
    const days = replace(['"LifecycleConfiguration"', '"ExpirationInDays": 31'], '31', '20');
    const { files } = edited(environment.files, 'us-west-2.template.json', days);
    const [edit] = rowsOf(audit({ ...NOTHING, given: LARGE }, files), 'daily', 'replica');
    expect(edit?.bytes).toBeLessThan(daily?.bytes ?? 0);
  });

  test('is every backup once: all tiers together write one a day', () => {
    const { rows } = costs(audit());
    const written = rows
      .filter(({ role, storageClass }) => role === 'primary' && storageClass === 'STANDARD')
      .reduce(
        (sum, row) =>
          sum + (row.requests / PRICES.put / DAYS_PER_MONTH) * Number(row.backups !== null),
        0,
      );
    const parts = (120 * 1024) / 8;
    // 120 GiB are four objects; each upload is begun and ended, and has four small objects beside it.
    expect(written).toBeCloseTo(parts + 2 * 4 + 4, 6);
  });

  test('of a log is what a day adds, for its days', () => {
    const log = costs(audit()).rows.find(({ kind, role }) => kind === 'wal' && role === 'primary');
    expect(log).toMatchObject({ backups: null, bytes: 8 * 4 * GIB, grows: false });
    expect(log?.storage).toBeCloseTo(32 * STORAGE.STANDARD.gibMonth, 10);
    // A flush each minute, and 256 segments of 16 MiB.
    expect(log?.requests).toBeCloseTo((1440 + 256) * DAYS_PER_MONTH * PRICES.put, 10);
  });
});

describe('a cold class', () => {
  test('is in Standard first, and then in the class of the template', () => {
    const [standard, cold] = rowsOf(audit(), 'monthly');
    expect([standard?.storageClass, cold?.storageClass]).toEqual(['STANDARD', 'GLACIER_IR']);
    expect((standard?.bytes ?? 0) / (cold?.bytes ?? 1)).toBeCloseTo(30 / 338, 10);
    expect(cold?.storage).toBeCloseTo(((cold?.bytes ?? 0) / GIB) * STORAGE.GLACIER_IR.gibMonth, 6);
    expect(cold?.replication).toBe(0);
  });

  test('is compared with Standard as the rows add up, but for what both have', () => {
    const built = audit();
    const [moved] = costs(built).moved;
    const rows = costs(built).rows.filter(({ tier }) => tier === 'monthly');
    const storage = rows.reduce((sum, row) => sum + row.storage, 0);
    expect(moved).toMatchObject({
      source: 'database',
      class: '366d-cold',
      storageClass: 'GLACIER_IR',
    });
    expect(moved?.usd).toBeGreaterThan(storage);
    expect(moved?.usd).toBeLessThan(rows.reduce((sum, row) => sum + usdOf(row), 0));
    expect(moved?.inStandardUsd).toBeGreaterThan(moved?.usd ?? Number.POSITIVE_INFINITY);
  });

  test('is a problem where it costs more than Standard, at its rule', () => {
    const small = new Map([['database', { full: 128 * 1024, perDay: 0 }]]);
    const built = audit({ ...NOTHING, given: small });
    expect(built.problems).toEqual([
      {
        place: built.retention.find(({ tier }) => tier === 'monthly')?.stored[0]?.place,
        message: expect.stringMatching(
          /^monthly backups of database cost .* a month in GLACIER_IR, and .* if they stayed in Standard$/,
        ),
        remedy: expect.stringContaining('TM870'),
      },
    ]);
  });

  test('is none where the plan accepts it in writing', () => {
    const small = new Map([['database', { full: 128 * 1024, perDay: 0 }]]);
    const accepted = {
      code: 'TM870',
      severity: 'exempt' as const,
      path: 'sources.database.protect.1.keep.monthly',
      message: 'costs more',
      remedy: 'none',
      reason: 'The year is kept cold because the auditors ask for a second class.',
    };
    const { problems } = buildAudit({
      ...environment,
      ...environment.files,
      findings: [...environment.findings, accepted],
      fresh: environment.files,
      drills: [],
      sizes: { ...NOTHING, given: small },
    });
    expect(problems).toEqual([]);
  });
});

describe('sizes', () => {
  test('that nobody states are said to be unknown, and cost nothing but what is fixed', () => {
    const { unknown, rows, fixed, totalUsd } = costs(audit(NOTHING));
    expect([unknown, rows]).toEqual([['database'], []]);
    expect(totalUsd).toBeCloseTo(
      fixed.reduce((sum, { usd }) => sum + usd, 0),
      10,
    );
  });

  test('that are given count before those that are measured', () => {
    const measured = new Map([['database', { full: GIB, perDay: 0 }]]);
    expect(costs(audit({ given: new Map(), measured })).sizes).toMatchObject([
      { from: 'measured' },
    ]);
    expect(costs(audit({ given: LARGE, measured })).sizes).toEqual([
      { source: 'database', fullBytes: 120 * GIB, perDayBytes: 4 * GIB, from: 'given' },
    ]);
  });
});

test('keys, alarms and dashboards are counted in the templates', () => {
  const all = environment.files.templates.map(({ text }) => text).join('\n');
  const count = (type: string) => all.split(`"Type": "${type}"`).length - 1;
  const fixed = new Map(costs(audit()).fixed.map((one) => [one.what, one]));
  expect(fixed.get('KMS keys')).toEqual({
    what: 'KMS keys',
    count: count('AWS::KMS::Key'),
    usd: count('AWS::KMS::Key') * PRICES.month.key,
  });
  // Some compare two metrics.
  expect(fixed.get('alarms')?.count).toBeGreaterThanOrEqual(count('AWS::CloudWatch::Alarm'));
});

test('the total is that of all rows and what is fixed', () => {
  const { rows, fixed, totalUsd } = costs(audit());
  const sum = [...rows.map(usdOf), ...fixed.map(({ usd }) => usd)].reduce((a, b) => a + b, 0);
  expect(totalUsd).toBeCloseTo(sum, 8);
});
