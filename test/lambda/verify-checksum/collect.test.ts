import type { ItemResult, VerificationPlan } from '../../../lambda/shared/work.ts';
import { findingsOf } from '../../../lambda/verify-checksum/collect.ts';

const backup = { id: '20261001T030000Z-full-00000000', class: '366d-archive' };

const slice = (object: string) => ({
  kind: 'slice' as const,
  ...backup,
  slice: { object, line: { start: 0, end: 1 }, parts: { from: 0, to: 1 } },
});

const planned = (known: string[]): VerificationPlan => ({
  format: 1,
  run: { source: 'orders', id: 'any' },
  startedAt: '2026-11-21T03:00:00.000Z',
  whole: true,
  items: [slice('base.tar'), slice('small')],
  known: [{ ...backup, problems: known, archived: false, error: null }],
  errors: [],
});

const result = (index: number, found: Partial<ItemResult>): [number, ItemResult] => [
  index,
  {
    ...{ format: 1, index, bytes: 1, problems: [], archived: false, error: null, segments: null },
    ...found,
  },
];

test.each([
  ['before its data was read', ['base.tar does not exist any more'], []],
  ['in what is not archived of it', [], ['small: part 0 was altered']],
])('damage of an archived backup that was found %s is told', (_, known, found) => {
  const results = new Map([result(0, { archived: true }), result(1, { problems: found })]);
  const findings = findingsOf(planned(known), results);
  expect(findings.backups).toMatchObject([{ id: backup.id, problems: [...known, ...found] }]);
  expect(findings.skipped).toMatchObject([{ id: backup.id, reason: 'archived' }]);
});

test('an archived backup in which nothing was found is skipped, never passed', () => {
  const results = new Map([result(0, { archived: true }), result(1, {})]);
  const findings = findingsOf(planned([]), results);
  expect(findings.backups).toEqual([]);
  expect(findings.skipped).toMatchObject([{ id: backup.id }]);
});

test('what was found in generations of a log is one finding', () => {
  const generation = '20261121T020000Z-9f86d081';
  const items: VerificationPlan['items'] = [
    { kind: 'wal' },
    { kind: 'wal', generation },
    { kind: 'wal', generation: '20261121T030000Z-9f86d081' },
  ];
  const results = new Map([
    result(0, { bytes: 0, segments: 0, problems: ['the base is gone'] }),
    result(1, { bytes: 10, segments: 3, problems: ['a piece was altered'] }),
    result(2, { bytes: 20, segments: 4 }),
  ]);
  const planOf = { ...planned([]), items, known: [] };
  expect(findingsOf(planOf, results).wal).toEqual({
    segments: 7,
    bytes: 30,
    problems: ['the base is gone', 'a piece was altered'],
  });
  results.delete(1);
  expect(findingsOf(planOf, results).error).toMatch(generation);
});
