import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Header, pack } from 'tar-stream';
import { extractArchive } from '../../../../../lib/engines/postgresql/restore/extract.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

type Entry = Pick<Header, 'name'> & Partial<Pick<Header, 'type' | 'linkname'>> & { body?: string };

async function* tar(entries: readonly Entry[]): AsyncGenerator<Buffer> {
  const packed = pack();
  for (const { body, ...header } of entries) packed.entry({ mode: 0o600, ...header }, body ?? '');
  packed.finalize();
  for await (const chunk of packed) if (Buffer.isBuffer(chunk)) yield chunk;
}

async function whole(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

describe('extractArchive', () => {
  let folder: TempFolder;
  beforeEach(async () => {
    folder = await tempFolder('extract');
  });
  afterEach(() => folder.remove());

  const restore = async (
    body: AsyncIterable<Uint8Array>,
    files: Record<string, string>,
    prefix = '',
  ) => {
    const expected = new Map(
      Object.entries(files).map(([path, text]) => [
        path,
        { size: Buffer.byteLength(text), sha256: digest(text) },
      ]),
    );
    await extractArchive(body, {
      archive: 'base.tar',
      into: folder.path,
      prefix,
      expected,
      owner: undefined,
      signal: new AbortController().signal,
    });
    return expected;
  };

  test('writes files with the modes that a server wants and takes them from the list', async () => {
    const left = await restore(
      tar([
        { name: './', type: 'directory' },
        { name: './base/', type: 'directory' },
        { name: 'base/1', body: 'relation' },
        { name: 'empty', body: '' },
      ]),
      { 'base/1': 'relation', empty: '', missing: 'x' },
    );
    expect(await readFile(join(folder.path, 'base/1'), 'utf8')).toBe('relation');
    expect((await stat(join(folder.path, 'base/1'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder.path, 'base'))).mode & 0o777).toBe(0o700);
    expect([...left.keys()]).toEqual(['missing']);
  });

  test('finds files of a tablespace below its prefix', async () => {
    const left = await restore(
      tar([{ name: 'PG_15/1', body: 'row' }]),
      { 'pg_tblspc/16384/PG_15/1': 'row' },
      'pg_tblspc/16384/',
    ).catch((error) => error);
    // The folder comes first in every archive that a server makes.
    expect(left).toMatchObject({ code: 'ENOENT' });
    const fine = await restore(
      tar([
        { name: 'PG_15', type: 'directory' },
        { name: 'PG_15/1', body: 'row' },
      ]),
      { 'pg_tblspc/16384/PG_15/1': 'row' },
      'pg_tblspc/16384/',
    );
    expect(fine.size).toBe(0);
  });

  test.each<[string, Entry, RegExp]>([
    ['a changed file', { name: 'a', body: 'evil' }, /"a" in base\.tar is not what was backed up/],
    ['a longer file', { name: 'a', body: 'goodgood' }, /8 bytes/],
    ['a file that nobody knows', { name: 'b', body: 'x' }, /does not name/],
    ['a path upwards', { name: '../a', body: 'good' }, /outside of the target/],
    ['a path upwards in the middle', { name: 'x/../../a', body: 'good' }, /outside of the target/],
    ['an absolute path', { name: '/tmp/a', body: 'good' }, /outside of the target/],
    ['a symbolic link', { name: 'a', type: 'symlink', linkname: '/etc' }, /as a symlink/],
    ['a hard link', { name: 'a', type: 'link', linkname: 'x' }, /as a link/],
    ['a device', { name: 'a', type: 'character-device' }, /as a character-device/],
  ])('refuses %s', async (_, entry, message) => {
    await expect(restore(tar([entry]), { a: 'good' })).rejects.toThrow(message);
  });

  test('refuses a file that comes twice', async () => {
    const twice = tar([
      { name: 'a', body: 'good' },
      { name: 'a', body: 'good' },
    ]);
    await expect(restore(twice, { a: 'good' })).rejects.toThrow(/came before/);
  });

  test('refuses an archive that was cut', async () => {
    const bytes = await whole(tar([{ name: 'a', body: 'x'.repeat(5000) }]));
    async function* cut() {
      yield bytes.subarray(0, 3000);
    }
    await expect(restore(cut(), { a: 'x'.repeat(5000) })).rejects.toThrow(/not a whole tar/);
  });

  test('reports what the source reports', async () => {
    async function* broken() {
      yield (await whole(tar([{ name: 'a', body: 'good' }]))).subarray(0, 600);
      throw new Error('digest differs');
    }
    await expect(restore(broken(), { a: 'good' })).rejects.toThrow('digest differs');
  });
});
