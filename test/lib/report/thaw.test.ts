import type { Thaw } from '../../../lib/catalog/thaw.ts';
import { thawText } from '../../../lib/report/thaw.ts';

const NOW = new Date('2026-11-21T10:00:00Z');
const NOTHING = { objects: 0, bytes: 0 };
const TIB = 1024 ** 4;

const thaw = (changes: Partial<Thaw>): Thaw => ({
  backup: '20260101T030000Z-full-0a1b2c3d',
  storageClasses: ['DEEP_ARCHIVE'],
  speed: 'standard',
  days: 7,
  asked: NOTHING,
  underWay: NOTHING,
  thawed: NOTHING,
  ...changes,
});

test('says how long it takes and what it costs', () => {
  expect(thawText(thaw({ asked: { objects: 3, bytes: 1.2 * TIB } }), NOW).split('\n')).toEqual([
    '20260101T030000Z-full-0a1b2c3d is archived in DEEP_ARCHIVE and has to be thawed before it can be restored',
    '  requested  3 objects, 1.2 TiB; a standard retrieval takes up to 12 h, until 2026-11-21 22:00:00 UTC',
    '  kept       for 7 d once thawed',
    expect.stringMatching(
      /^ {2}costs {6}about \$31\.08: retrieval \$24\.58, requests \$0\.0003, copies for 7 d \$6\.50 \(list prices of us-east-1, \d{4}-\d\d-\d\d\)$/,
    ),
  ]);
});

test('says what was requested before and what can be read already, which cost nothing more', () => {
  const text = thawText(
    thaw({
      speed: 'bulk',
      underWay: { objects: 2, bytes: TIB },
      thawed: { objects: 1, bytes: 5 * 1024 ** 2 },
    }),
    NOW,
  );
  expect(text.split('\n').slice(1)).toEqual([
    '  requested  nothing',
    '  under way  2 objects, 1.0 TiB, requested before: up to 2 d from then',
    '  thawed     1 object, 5.0 MiB',
    '  kept       for 7 d once thawed',
    '  costs      nothing more than was requested before',
  ]);
});
