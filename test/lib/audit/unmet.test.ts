import type { Audit } from '../../../lib/audit/model.ts';
import { unmet } from '../../../lib/audit/unmet.ts';
import { KEPT } from '../report/audit/example.ts';

const messages = (changes: Partial<Audit>) =>
  unmet({ ...KEPT, ...changes }).map(({ message }) => message);

const objectives = (source: string, changes: Partial<Audit['objectives'][number]>) => ({
  objectives: KEPT.objectives.map((one) => (one.source === source ? { ...one, ...changes } : one)),
});

const drill = (at: string, outcome: 'succeeded' | 'failed') => ({
  ...{ source: 'database', at, outcome, rpoSeconds: 0, rtoSeconds: 60 },
});

test('nothing is unmet where every objective is proven or accepted and what is on record passed', () => {
  expect(messages({})).toEqual([]);
});

test('damage that the last verification found is told once, however many checks show it', () => {
  const newest = { at: '2026-11-16T06:41:07Z', problems: ['base.tar has another digest'] };
  const verification = KEPT.verification.map((one) =>
    one.source === 'database' ? { ...one, newest } : one,
  );
  expect(messages({ verification })).toEqual([
    'the last verification of database, on 2026-11-16T06:41:07Z, found damage: base.tar has another digest',
  ]);
});

test('a drill that failed is told until one passed', () => {
  const failed = drill('2026-11-16T06:30:00Z', 'failed');
  const passed = (at: string) => drill(at, 'succeeded');
  expect(messages({ drills: [failed, passed('2026-11-09T06:30:00Z')] })).toEqual([
    'the last drill of database, on 2026-11-16T06:30:00Z, failed',
  ]);
  expect(messages({ drills: [passed('2026-11-17T06:30:00Z'), failed] })).toEqual([]);
});

test('a drill of a dump that passed hides none of base backups that failed, and fails by itself', () => {
  const failed = drill('2026-11-16T06:30:00Z', 'failed');
  const ofDump = { ...drill('2026-11-16T06:31:00Z', 'succeeded'), ofDump: true as const };
  expect(messages({ drills: [ofDump, failed] })).toEqual([
    'the last drill of database, on 2026-11-16T06:30:00Z, failed',
  ]);
  const passed = drill('2026-11-16T06:32:00Z', 'succeeded');
  expect(messages({ drills: [passed, { ...ofDump, outcome: 'failed' }] })).toEqual([
    'the last drill of a dump of database, on 2026-11-16T06:31:00Z, failed',
  ]);
});

test('a drill that took longer than the objective is told with both times', () => {
  expect(messages(objectives('database', { rtoSeconds: 3600, measuredRtoSeconds: 3601 }))).toEqual([
    'the last drill of database took 1 h 1 s; it has to be back within 1 h',
  ]);
  expect(messages(objectives('database', { rtoSeconds: 3600, measuredRtoSeconds: 3600 }))).toEqual(
    [],
  );
});

describe('a loss that is not proven', () => {
  const exempt = (code: string, path: string, source: string | null = null): Audit['findings'] => [
    {
      ...{ code, severity: 'exempt', path, source, message: 'no job', remedy: 'accept it' },
      reason: 'the platform team takes them',
    },
  ];
  const more = objectives('database', { rpoProven: false, rpoSeconds: 60, worstLossSeconds: 3600 });

  test('by schedules that lose more is told, unless it is accepted', () => {
    expect(messages({ ...more, findings: [] })).toEqual(
      expect.arrayContaining(['at worst the last 1 h of database are lost; 1 min may be']),
    );
    const accepted = exempt('TM101', 'objectives.rpo', 'database');
    expect(messages({ ...more, findings: accepted }).join()).not.toContain('of database');
  });

  test.each([
    ['the loss of another source', exempt('TM101', 'objectives.rpo', 'cache')],
    ['something else about the source', exempt('TM501', 'sources.database.verify')],
    ['something about all of the plan', exempt('TM601', 'environments.production')],
  ])('is not accepted where the plan accepts %s', (_, findings) => {
    expect(messages({ ...more, findings }).join()).toContain('1 h of database are lost');
  });

  const less = objectives('database', { rpoProven: false, rpoSeconds: 3600, worstLossSeconds: 60 });
  const nothingDerived = KEPT.retention.map((row) =>
    row.source === 'database' ? { ...row, notDerived: 'no job does', kept: false } : row,
  );

  test('where no job takes the backups is told, unless it is accepted', () => {
    const without = { ...less, retention: nothingDerived };
    expect(messages({ ...without, findings: [] })).toEqual(
      expect.arrayContaining([
        'at most the last 1 h of database may be lost, and no job takes its backups',
      ]),
    );
    const accepted = exempt('TM507', 'sources.database');
    expect(messages({ ...without, findings: accepted }).join()).not.toContain('of database');
    const another = exempt('TM507', 'sources.databases');
    expect(messages({ ...without, findings: another }).join()).toContain('of database');
  });

  test('where the files do not keep a row is not told again', () => {
    expect(messages({ ...less, findings: [] }).join()).not.toContain('of database');
  });
});
