import fc from 'fast-check';
import { type Change, diffPromises } from '../../../../lib/audit/diff/diff.ts';
import { full, incremental, redis, snapshot, wal } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { backup } from '../../plan/aws-backup/example.ts';
import { plan, source } from '../../plan/example.ts';
import { CASES } from './cases.ts';
import { SENTENCES } from './sentences.ts';
import { diff, promises, told } from './versions.ts';

const names = Object.keys(CASES).filter((name): name is keyof typeof CASES => name in CASES);

const has = (changes: readonly Change[], effect: Change['effect']): boolean =>
  changes.some((change) => change.effect === effect);

describe('one thing that differs', () => {
  test.each(names)('%s', (name) => {
    const [before, after] = CASES[name];
    expect(diff(before, after)).toEqual(SENTENCES[name].there);
    expect(diff(after, before)).toEqual(SENTENCES[name].back);
  });
});

describe('any two plans', () => {
  const keep = fc.constantFrom('7d', '30d', '90d', '1y', 'forever' as const);
  const anyPlan = fc
    .record({
      walKeep: fc.constantFrom('7d', '14d', '30d'),
      flush: fc.constantFrom('30s', '60s'),
      daily: keep,
      weekly: fc.option(keep, { nil: undefined }),
      monthly: fc.option(keep, { nil: undefined }),
      cold: fc.boolean(),
      at: fc.constantFrom('03:00', '04:00'),
      checksums: fc.option(fc.constantFrom('daily', 'weekly', 'monthly'), { nil: undefined }),
      rto: fc.constantFrom('1h', '4h'),
      region: fc.constantFrom('eu-west-1', 'eu-north-1'),
      emails: fc.subarray(['a@example.com', 'b@example.com']),
      archive: fc.boolean(),
      severity: fc.constantFrom('critical', 'warning'),
    } as const)
    .map((chosen): PlanInput => {
      const { weekly, monthly, checksums } = chosen;
      const database = source({
        protect: [
          wal({ flush: chosen.flush, keep: chosen.walKeep }),
          full({
            at: chosen.at,
            keep: {
              daily: chosen.daily,
              ...(weekly === undefined ? {} : { weekly }),
              ...(monthly === undefined ? {} : { monthly }),
            },
            ...(chosen.cold && monthly !== undefined ? { cold: ['monthly' as const] } : {}),
          }),
        ],
        verify: { restore: 'monthly', ...(checksums === undefined ? {} : { checksums }) },
      });
      return plan({
        objectives: { rpo: '5m', rto: chosen.rto },
        regions: { primary: 'eu-central-1', replica: chosen.region },
        alerts: { email: chosen.emails, failed: { severity: chosen.severity } },
        sources: { database, ...(chosen.archive ? { archive: source() } : {}) },
      });
    })
    // A promise that contradicts itself is refused before it can be compared.
    .map((input) => {
      try {
        return promises(input);
      } catch {
        return undefined;
      }
    })
    .filter((found) => found !== undefined);

  test('nothing differs from itself', () => {
    fc.assert(
      fc.property(anyPlan, (one) => {
        expect(diffPromises(one, one)).toEqual([]);
      }),
    );
  });

  test('what shrinks one way grows the other way', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (one, other) => {
        const [there, back] = [diffPromises(one, other), diffPromises(other, one)];
        expect(has(there, 'shrinks')).toBe(has(back, 'grows'));
        expect(has(there, 'grows')).toBe(has(back, 'shrinks'));
      }),
    );
  });

  test('what shrinks comes first', () => {
    fc.assert(
      fc.property(anyPlan, anyPlan, (one, other) => {
        const effects = diffPromises(one, other).map(({ effect }) => effect);
        const order = ['shrinks', 'changes', 'grows'];
        expect(effects).toEqual([...effects].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
      }),
    );
  });
});

describe('an environment', () => {
  test('that is new promises what its sources promise, and no more is told', () => {
    expect(told(diffPromises(undefined, promises(plan())))).toEqual([
      'grows: new environment production',
      'grows: database: new source, protected from now on (postgresql)',
    ]);
  });

  test('that is removed shrinks as a whole', () => {
    expect(told(diffPromises(promises(plan()), undefined))).toEqual([
      'shrinks: environment production removed: nothing of it is derived from the plan any more; what is deployed runs on until somebody removes it, and its buckets stay even then',
    ]);
  });
});

describe('exceptions', () => {
  const REASON = 'The archive is imported nightly and can be imported again.';
  const archive = source({ objectives: { rpo: '1m', rto: '1h' } });
  const exemption = (path: string) => ({ exemptions: [{ code: 'TM101', path, reason: REASON }] });

  test('that a new source comes with weaken nothing that was promised', () => {
    const after = plan({
      sources: { database: source(), archive },
      ...exemption('sources.archive'),
    });
    expect(diff(plan(), after)).toEqual([
      expect.stringMatching(
        /^changes: archive: new exception TM101 .*; accepted because: The archive is/,
      ),
      'grows: archive: new source, protected from now on (postgresql)',
    ]);
  });

  test('that move with their row are the same', () => {
    const first = wal({ flush: '60s', keep: '7d' });
    const base = full({ at: '03:00', keep: '30d' });
    const hourly = incremental({ every: '1h', keep: '1d' });
    const accepting = (index: 1 | 2): PlanInput => {
      const database = source({
        protect: index === 1 ? [first, hourly, base] : [first, base, hourly],
      });
      return plan({
        sources: { database: { ...database, server: { ...database.server, version: '16' } } },
        exemptions: [
          {
            code: 'TM203',
            path: `sources.database.protect.${index}`,
            reason: 'WAL covers every moment between two full backups.',
          },
        ],
      });
    };
    const accepted = promises(accepting(1)).facts.filter(
      (fact) => fact.about === 'finding' && fact.accepted,
    );
    expect(accepted).toHaveLength(1);
    expect(diff(accepting(1), accepting(2))).toEqual([]);
  });
});

test('rows that no job takes yet are promises all the same', () => {
  const cache = (keep: '7d' | '30d'): PlanInput =>
    plan({
      sources: {
        database: source(),
        cache: redis({
          server: { service: 'redis.shop' },
          objectives: { rpo: '2d', rto: '1h' },
          protect: [snapshot({ at: '00:00', keep })],
        }),
      },
    });
  expect(diff(cache('30d'), cache('7d'))).toEqual([
    'shrinks: cache: recovery points older than 7 days will no longer exist, 30 days from now; until now they were kept up to 30 days',
    'shrinks: cache, daily snapshots: kept 7 days instead of 30 from now on; what is stored already keeps its 30 days: 30 days from now nothing older than 7 days exists',
  ]);
});

test('what AWS Backup protects is compared group by group', () => {
  const groups = (keep: '30d' | '90d', ...resources: ('efs' | 'rds')[]): PlanInput =>
    backup({ resources, protect: [full({ at: '05:00', keep })] });
  expect(diff(groups('90d', 'rds', 'efs'), groups('30d', 'rds'))).toEqual([
    'shrinks: AWS Backup of things: recovery points older than 30 days will no longer exist, 90 days from now; until now they were kept up to 90 days',
    'shrinks: AWS Backup of things: efs resources are no longer protected',
    'shrinks: AWS Backup of things, daily: kept 30 days instead of 90 from now on; what is stored already keeps its 90 days: 90 days from now nothing older than 30 days exists',
    'shrinks: AWS Backup of things, daily: copies are kept 30 days instead of 90 from now on; those made already keep their 90 days',
  ]);
  expect(diff(groups('30d', 'rds'), plan())).toEqual([
    expect.stringMatching(/^shrinks: AWS Backup of things: no longer protected at all;/),
  ]);
  const elsewhere = backup({
    protect: [full({ at: '05:00', keep: '30d' })],
    copy: 'none',
    tag: { key: 'keep', value: 'yes' },
  });
  expect(diff(groups('30d', 'rds'), elsewhere)).toEqual([
    'shrinks: AWS Backup of things, daily: no longer copied to the second region',
    'changes: AWS Backup of things: resources are chosen by the tag keep=yes instead of backup=tidemark; those without it are no longer protected',
  ]);
});
