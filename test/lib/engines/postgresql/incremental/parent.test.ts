import {
  isPhysical,
  manifestSchema,
  type PhysicalManifest,
} from '../../../../../lib/catalog/manifest.ts';
import {
  type Child,
  chooseParent,
  keptUntil,
  MAX_CHAIN,
} from '../../../../../lib/engines/postgresql/incremental/parent.ts';
import { compile } from '../../../../../lib/plan/compile.ts';
import { full, incremental, wal } from '../../../../../lib/plan/language.ts';
import { end, header } from '../../../../support/sample-backup.ts';
import { protect } from '../../../plan/example.ts';

const FILE = {
  name: 'base.tar',
  size: 1,
  logicalSize: 1,
  logicalSha256: null,
  encoding: 'identity',
  objects: [{ name: 'base.tar', size: 1, sha256: '0'.repeat(64) }],
};

interface Changes extends NonNullable<Parameters<typeof header>[0]> {
  readonly completedAt?: string;
  readonly timeline?: number;
  readonly systemId?: string;
}

function backup({ completedAt, timeline, systemId, ...changes }: Changes = {}): PhysicalManifest {
  const { position, ...sample } = end();
  const parsed = manifestSchema.parse({
    format: 1,
    ...header({ kind: changes.parent ? 'incremental' : 'full', ...changes }),
    ...sample,
    ...(completedAt && { completedAt }),
    position: { ...position, ...(timeline && { timeline }), ...(systemId && { systemId }) },
    files: [FILE],
    storedBytes: 1,
    logicalBytes: 1,
    encryption: null,
    signature: null,
    tool: 'tidemark',
  });
  if (!isPhysical(parsed)) throw new Error('a base backup');
  return parsed;
}

const CHILD: Child = {
  systemId: '7575757575757575757',
  timeline: 1,
  keptUntil: keptUntil('1d', new Date('2026-11-22T00:00:00Z')),
};

const choose = (
  backups: readonly PhysicalManifest[],
  child: Partial<Child> = {},
  damage: Record<string, string> = {},
) => {
  const found = chooseParent(backups, { ...CHILD, ...child }, new Map(Object.entries(damage)));
  return 'chain' in found ? found.chain.map(({ id }) => id) : found.reason;
};

test('the newest full backup is built on', () => {
  expect(choose([backup({ id: 'old' }), backup({ id: 'new' })])).toEqual(['new']);
});

test('an incremental one is not, as it is never kept longer than its sibling', () => {
  const sibling = backup({ id: 'sibling', parent: 'full', class: '1d' });
  expect(choose([backup({ id: 'full' }), sibling])).toEqual(['full']);
});

test('unless it is kept longer, and then with what it builds on itself', () => {
  const sibling = backup({ id: 'sibling', parent: 'full', class: '90d' });
  expect(choose([backup({ id: 'full' }), sibling])).toEqual(['sibling', 'full']);
  expect(choose([backup({ id: 'full' }), sibling], {}, { sibling: 'altered' })).toEqual(['full']);
  expect(choose([backup({ id: 'full' }), sibling], {}, { full: 'altered' })).toBe('altered');
});

test('a parent is kept to the same millisecond at least, its first object too', () => {
  const startedAt = '2026-11-21T03:00:00.000Z';
  const completedAt = '2026-11-21T08:10:00.000Z';
  const until = Date.parse('2026-12-21T03:00:00.000Z');
  const full = backup({ id: 'full', class: '30d', startedAt, completedAt });
  expect(choose([full], { keptUntil: until })).toEqual(['full']);
  expect(choose([full], { keptUntil: until + 1 })).toBe(
    'full is kept until 2026-12-21 and an incremental backup of now until 2026-12-21, so it would lose what it builds on',
  );
});

test('what is kept for ever outlives everything, and is outlived by nothing else', () => {
  const forever = backup({ id: 'forever', class: 'forever' });
  expect(choose([forever], { keptUntil: Number.POSITIVE_INFINITY })).toEqual(['forever']);
  expect(
    choose([backup({ id: 'full', class: '2557d' })], { keptUntil: Number.POSITIVE_INFINITY }),
  ).toMatch(/full is kept until 2033-\S+ and an incremental backup of now until further notice/);
});

test.each<[string, PhysicalManifest[], Partial<Child>, RegExp]>([
  ['nothing is there', [], {}, /there is no base backup yet/],
  ['it is another cluster', [backup({ systemId: '8' })], {}, /of another cluster \(8, and/],
  ['it is an older timeline', [backup()], { timeline: 2 }, /of timeline 1, and .* timeline 2/],
  [
    'its parent is gone',
    [backup({ id: 'child', parent: 'gone', class: '90d' })],
    {},
    /child builds on gone, of which there is no manifest/,
  ],
])('there is none where %s', (_, backups, child, reason) => {
  expect(choose(backups, child)).toMatch(reason);
});

test('the reason is that of the newest, which somebody expects it to build on', () => {
  const backups = [backup({ id: 'old', systemId: '8' }), backup({ id: 'new', class: '1d' })];
  expect(choose(backups)).toMatch(/^new is kept until/);
});

test.each([
  ['6d', false],
  ['7d', true],
] as const)('full backups kept %s are parents to the end: %s, as the plan says', (keep, enough) => {
  const { findings } = compile(
    protect(
      wal({ flush: '60s', keep: '5d' }),
      full({ at: '03:00', within: '2h', timezone: 'Etc/UTC', keep }),
      incremental({ cron: '30 * * * *', within: '25m', timezone: 'Etc/UTC', keep: '5d' }),
    ),
    'production',
  );
  expect(findings.some(({ code }) => code === 'TM202')).toBe(!enough);
  // Complete as early as can be, and still the newest one until the next is complete, as late as can be.
  const parent = backup({
    id: 'full',
    class: keep,
    startedAt: '2026-11-21T03:00:00.000Z',
    completedAt: '2026-11-21T03:00:01.000Z',
  });
  const lastEnd = new Date(Date.parse('2026-11-22T05:00:00Z') + 25 * 60_000);
  const found = choose([parent], { keptUntil: keptUntil('5d', lastEnd) });
  expect(Array.isArray(found)).toBe(enough);
});

test('a chain ends at some length, and the next one builds on a link before', () => {
  const links = [backup({ id: 'link-0', class: 'forever' })];
  for (let length = 1; length < MAX_CHAIN; length++) {
    links.push(backup({ id: `link-${length}`, parent: `link-${length - 1}`, class: 'forever' }));
    const found = choose(links, { keptUntil: Number.POSITIVE_INFINITY });
    const top = Math.min(length, MAX_CHAIN - 2);
    expect(found).toHaveLength(top + 1);
    expect(found[0]).toBe(`link-${top}`);
  }
});
