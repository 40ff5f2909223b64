import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createTarget,
  inspectTarget,
  removeStaging,
  requireSpace,
} from '../../../../../lib/engines/postgresql/restore/target.ts';
import {
  completeDirectory,
  RestoreTargetError,
} from '../../../../../lib/engines/restore-target.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

describe('the target of a restore', () => {
  let folder: TempFolder;
  beforeEach(async () => {
    folder = await tempFolder('target');
    await chmod(folder.path, 0o755);
  });
  afterEach(() => folder.remove());

  const planOwner = { uid: 12_345, gid: 12_345 };
  const inspect = (name: string) => inspectTarget({ target: join(folder.path, name), planOwner });

  test('is marked until the restore is complete', async () => {
    const target = await inspect('data');
    await createTarget(target, 'backup x');
    expect(await readdir(target.dataDir)).toEqual(['TIDEMARK-INCOMPLETE']);
    expect((await stat(target.dataDir)).mode & 0o777).toBe(0o700);
    await expect(inspect('data')).rejects.toThrow(/did not finish/);
    await completeDirectory(target.dataDir);
    await removeStaging(target);
    expect(await readdir(folder.path)).toEqual(['data']);
    expect(await readdir(target.dataDir)).toEqual([]);
  });

  test('may exist if it is empty', async () => {
    await mkdir(join(folder.path, 'data'));
    await expect(inspect('data')).resolves.toMatchObject({ dataDir: join(folder.path, 'data') });
  });

  test('is refused when it, or the folder of its tablespaces, holds anything', async () => {
    await mkdir(join(folder.path, 'data'));
    await writeFile(join(folder.path, 'data', 'PG_VERSION'), '15');
    await expect(inspect('data')).rejects.toThrow(/is not empty \(it holds PG_VERSION\)/);
    await mkdir(join(folder.path, 'other_tablespaces', '16384'), { recursive: true });
    await expect(inspect('other')).rejects.toThrow(/other_tablespaces is not empty/);
  });

  test('is refused when it is a file or its parent is missing', async () => {
    await writeFile(join(folder.path, 'file'), '');
    await expect(inspect('file')).rejects.toThrow(/is a file/);
    await expect(inspect('no/data')).rejects.toThrow(/is no directory; create it/);
  });

  test('is refused when there is not enough room', async () => {
    const target = await inspect('data');
    await expect(requireSpace(target, 2 ** 60)).rejects.toThrow(/free; data and WAL/);
    await expect(requireSpace(target, 1)).resolves.toBeUndefined();
  });

  test('clears away what a killed restore left beside it', async () => {
    const target = await inspect('data');
    await createTarget(target, 'x');
    await writeFile(join(target.staging, 'segment'), 'old');
    await rm(target.dataDir, { recursive: true });
    await createTarget(await inspect('data'), 'x');
    expect(await readdir(target.staging)).toEqual(['TIDEMARK-INCOMPLETE']);
  });

  test('leaves a folder alone that is not its own', async () => {
    const target = await inspect('data');
    await mkdir(target.staging);
    await writeFile(join(target.staging, 'precious'), '');
    await expect(createTarget(target, 'x')).rejects.toThrow(RestoreTargetError);
    await removeStaging(target);
    expect(await readdir(target.staging)).toEqual(['precious']);
  });
});
