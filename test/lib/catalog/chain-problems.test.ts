import { withChainProblems } from '../../../lib/catalog/chain-problems.ts';
import { type Manifest, manifestSchema } from '../../../lib/catalog/manifest.ts';
import { end, header } from '../../support/sample-backup.ts';

const FILE = {
  name: 'base.tar',
  size: 1,
  logicalSize: 1,
  logicalSha256: null,
  encoding: 'identity',
  objects: [{ name: 'base.tar', size: 1, sha256: '0'.repeat(64) }],
};

/** A backup of this name that builds on another. */
const backup = (id: string, parent: string | null): Manifest =>
  manifestSchema.parse({
    format: 1,
    ...header({ id, parent, kind: parent === null ? 'full' : 'incremental' }),
    ...end(),
    files: [FILE],
    storedBytes: 1,
    logicalBytes: 1,
    encryption: null,
    signature: null,
    tool: 'tidemark',
  });

const found = (id: string, ...problems: string[]) => ({ id, class: '30d', bytes: 1, problems });
const chain = [backup('a', null), backup('b', 'a'), backup('c', 'b')];

test('nothing is added to a chain that is whole and sound', () => {
  const sound = ['a', 'b', 'c'].map((id) => found(id));
  expect(withChainProblems(sound, chain)).toEqual(sound);
});

test('what builds on damage cannot be restored either, however far below it lies', () => {
  const all = [found('a', 'base.tar was altered'), found('b'), found('c')];
  expect(withChainProblems(all, chain).map(({ problems }) => problems)).toEqual([
    ['base.tar was altered'],
    ['b builds on a, in which damage was found'],
    ['c builds on a, in which damage was found'],
  ]);
});

test('damage below says nothing about what lies above it', () => {
  const all = [found('a'), found('b'), found('c', 'base.tar was altered')];
  expect(withChainProblems(all, chain)).toEqual(all);
});

test('a parent that is gone is told of every backup that needs it, also one that is sound itself', () => {
  const [, b, c] = chain as [Manifest, Manifest, Manifest];
  const all = withChainProblems([found('b'), found('c')], [b, c]);
  expect(all.map(({ problems }) => problems)).toEqual([
    ['b builds on a, of which there is no manifest: it cannot be restored'],
    ['c builds on a, of which there is no manifest: it cannot be restored'],
  ]);
});

test('a parent that was not read is not said to be damaged', () => {
  expect(withChainProblems([found('c')], chain)).toEqual([found('c')]);
});
