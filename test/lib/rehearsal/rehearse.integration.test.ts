import { chmod, readdir } from 'node:fs/promises';
import { rehearse } from '../../../lib/rehearsal/rehearse.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

describe('rehearse', () => {
  let folder: TempFolder;
  beforeEach(async () => {
    folder = await tempFolder('rehearse');
    await chmod(folder.path, 0o755);
  });
  afterEach(() => folder.remove());

  test('loses a table, brings it back with every row, and leaves nothing behind', async () => {
    const messages = new Set<string>();
    const result = await rehearse({
      report: ({ message }) => messages.add(message),
      workDir: folder.path,
    });
    expect(result.passed).toBe(true);
    expect(result.tables.map(({ before }) => [before.table, before.rows])).toEqual([
      ['customers', 2000],
      ['orders', 104_895],
      ['documents', 9],
    ]);
    expect(result.tables.every(({ before, after }) => before.sha256 === after.sha256)).toBe(true);
    expect(result.digests.problems).toEqual([]);
    expect(result.rpoSeconds).toBeLessThan(60);
    expect(result.rtoSeconds).toBeLessThan(60);
    expect(messages).toContain('comparing every row');
    expect(await readdir(folder.path)).toEqual([]);
  });

  test.each(['streaming WAL and taking a base backup', 'replaying WAL'])(
    'cleans up when it is interrupted while it is %s',
    async (moment) => {
      const interrupt = new AbortController();
      const rehearsal = rehearse({
        report: ({ message }) => {
          if (message === moment) interrupt.abort(new Error('interrupted'));
        },
        signal: interrupt.signal,
        workDir: folder.path,
      });
      await expect(rehearsal).rejects.toThrow();
      expect(interrupt.signal.aborted).toBe(true);
      expect(await readdir(folder.path)).toEqual([]);
    },
  );
});
