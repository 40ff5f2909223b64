import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { irreplaceable, replaces } from '../../../lib/catalog/recovery-family.ts';
import { end, logicalPosition } from '../../support/sample-backup.ts';

const backup = (position: Manifest['position'], id = 'x') =>
  ({ id, position }) as Pick<Manifest, 'id' | 'position'> as Manifest;

const physical = backup(end().position, 'physical');
const snapshot = backup({ engine: 'redis', replicationId: 'a'.repeat(40), offset: 1 }, 'snapshot');
const dump = (...options: Parameters<typeof logicalPosition>) =>
  backup(logicalPosition(...options), options[0].databases.join('+'));

describe('a backup replaces', () => {
  test('an older one of its family, and none of another one', () => {
    const logical = dump({ databases: ['shop'], complete: true });
    for (const newer of [physical, snapshot, logical]) {
      for (const older of [physical, snapshot, logical]) {
        expect(replaces(newer, older)).toBe(newer === older);
      }
    }
  });

  const both = { databases: ['crm', 'shop'] };
  const shop = { databases: ['shop'] };
  test.each<[string, Parameters<typeof logicalPosition>[0], typeof shop, boolean]>([
    ['a dump of one database, as one of both', both, shop, true],
    ['a dump of both, as one of one', shop, both, false],
    [
      'a dump of a database that is gone, as a complete one',
      { ...shop, complete: true },
      both,
      true,
    ],
    ['a dump with data, as one of definitions', { ...shop, data: false }, shop, false],
    ['a whole dump, as one of a table', { ...shop, tables: ['t'] }, shop, false],
    ['a dump with roles, as one without', { ...shop, globals: false, complete: true }, shop, false],
  ])('%s: %j, %j', (_, newer, older, expected) => {
    expect(replaces(dump(newer), dump(older))).toBe(expected);
  });

  test('a dump of tables, as one of the same and more', () => {
    const few = dump({ ...shop, tables: ['a'] });
    const more = dump({ ...shop, tables: ['b', 'a'] });
    expect([replaces(more, few), replaces(few, more), replaces(dump(shop), more)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(replaces(dump({ ...shop, data: false }), dump({ ...shop, data: false }))).toBe(true);
  });
});

test('what nothing newer replaces is the newest of each', () => {
  const older = backup(end().position, 'older');
  const one = dump({ databases: ['shop'] });
  const other = dump({ databases: ['crm'] });
  const ids = irreplaceable([older, one, physical, other]).map(({ id }) => id);
  expect(ids).toEqual(['crm', 'physical', 'shop']);
  expect(irreplaceable([])).toEqual([]);
});
