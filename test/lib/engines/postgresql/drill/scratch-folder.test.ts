import { readdir } from 'node:fs/promises';
import { makeClusterFolder } from '../../../../../lib/engines/postgresql/drill/scratch-folder.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

test('somebody without an account on this machine is refused before anything is fetched', async () => {
  const parent = await tempFolder('scratch-folder');
  try {
    const nobody = { uid: 64_999, gid: 64_999 };
    await expect(makeClusterFolder(parent.path, nobody)).rejects.toThrow(
      process.getuid?.() === 0 ? /^uid 64999 has no account on this machine.*useradd/ : /EPERM/,
    );
    expect(await readdir(parent.path)).toEqual([]);
  } finally {
    await parent.remove();
  }
});
