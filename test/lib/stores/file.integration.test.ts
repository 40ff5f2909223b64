import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StoreError, StoreNotFoundError } from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { until } from '../../support/condition.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { collect, content, stream } from './content.ts';
import { describeContract } from './contract.ts';

// Every write waits for the disk, which others may keep busy.

let folder: TempFolder;
let root: string;
const incoming = () => readdir(join(root, '.incoming')).catch(() => []);

beforeAll(async () => {
  folder = await tempFolder('file-store');
  root = join(folder.path, 'store');
});
afterAll(() => folder.remove());

describeContract(async () => ({
  store: await openStore(pathToFileURL(root).href),
  unfinished: async () => (await incoming()).length,
}));

describe('the directory', () => {
  test('is created by the first write', async () => {
    const path = join(folder.path, 'new');
    const store = await openStore(pathToFileURL(path).href);
    expect(await collect(store.list(''))).toEqual([]);
    await expect(access(path)).rejects.toThrow();
    await store.put('a', stream(content(1)));
    await access(join(path, 'a'));
  });

  test('is not created where its parent is missing, which may be an unmounted disk', async () => {
    const store = await openStore(pathToFileURL(join(folder.path, 'missing', 'store')).href);
    await expect(store.put('a', stream(content(1)))).rejects.toThrow(StoreNotFoundError);
    await expect(store.check()).rejects.toThrow(/missing does not exist; create it, mount it/);
    await expect(collect(store.list(''))).rejects.toThrow(StoreNotFoundError);
    await expect(access(join(folder.path, 'missing'))).rejects.toThrow();
  });

  test('may hold files of others, which are no objects', async () => {
    const path = join(folder.path, 'shared');
    const store = await openStore(pathToFileURL(path).href);
    await store.put('a', stream(content(1)));
    await writeFile(join(path, '.DS_Store'), '');
    await writeFile(join(path, 'lost+found'), '');
    expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['a']);
  });
});

test('an object cannot lie below another one', async () => {
  const store = await openStore(pathToFileURL(root).href);
  await store.put('taken/by', stream(content(1)));
  await expect(store.put('taken/by/me', stream(content(1)))).rejects.toThrow(StoreError);
  await expect(store.put('taken', stream(content(1)))).rejects.toThrow(
    /directory of other objects/,
  );
  expect(await incoming()).toEqual([]);
});

/** Runs a script in a process of its own; it writes what it found as one line of JSON. */
function script(name: string, args: readonly string[], wrap: readonly string[] = []) {
  const [command = process.execPath, ...rest] = [
    ...wrap,
    process.execPath,
    join(import.meta.dirname, '..', '..', 'support', name),
    ...args,
  ];
  return spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('what a killed writer left is never an object, and goes when it is old', async () => {
  const path = join(folder.path, 'killed');
  const url = pathToFileURL(path).href;
  const writer = script('endless-write-child.ts', [url, 'data/x']);
  const left = () => readdir(join(path, '.incoming')).catch(() => []);
  await until('something is left', async () => (await left()).length > 0);
  writer.kill('SIGKILL');
  await once(writer, 'exit');

  const [name = ''] = await left();
  const store = await openStore(url);
  expect(await collect(store.list(''))).toEqual([]);
  await store.put('data/x', stream(content(1)));
  // It could be a running writer's.
  expect(await left()).toEqual([name]);

  const longAgo = new Date(Date.now() - 25 * 3600 * 1000);
  await utimes(join(path, '.incoming', name), longAgo, longAgo);
  await (await openStore(url)).put('data/y', stream(content(1)));
  expect(await left()).toEqual([]);
});

test('a full disk is said, and gets its room back', async () => {
  const mount = join(folder.path, 'small');
  // A mount of this process alone, which is gone with it; others than root need a user namespace for it.
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const child = script('fill-disk-child.ts', [mount], ['unshare', '--mount', ...asRoot]);
  const output = (await collect(child.stdout)).join('');
  expect(JSON.parse(output)).toEqual({
    error: 'StoreFullError',
    message: expect.stringContaining('no room is left'),
    unfinished: [],
    objects: ['small'],
  });
});
