import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type RecoveryGoal,
  recoverySettings,
} from '../../../../../lib/engines/postgresql/restore/recovery-settings.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';

const settings = (wal: string, goal: RecoveryGoal) =>
  recoverySettings({ wal, socket: '/s', hba: '/h', ident: '/i' }, 'current', goal);

const settingOf = (text: string, name: string) =>
  new RegExp(`^${name} = '(.*)'$`, 'm')
    .exec(text)?.[1]
    ?.replaceAll("''", "'")
    .replaceAll('\\\\', '\\');

describe('recoverySettings', () => {
  test('name one target, with its offset from UTC', () => {
    const text = settings('/wal', {
      stop: new Date('2026-11-21T02:00:00.123Z'),
      inclusive: true,
    });
    expect(settingOf(text, 'recovery_target_time')).toBe('2026-11-21 02:00:00.123+00');
    expect(text.match(/^recovery_target_(?!action|timeline|inclusive)/gm)).toHaveLength(1);
    expect(settingOf(text, 'recovery_target_inclusive')).toBe('on');
    expect(settings('/wal', 'end')).not.toMatch(/recovery_target_time =/);
  });

  test('name a position, and whether what begins there belongs to it', () => {
    const text = settings('/wal', { stop: 0x16_b374_d848n, inclusive: false });
    expect(settingOf(text, 'recovery_target_lsn')).toBe('16/B374D848');
    expect(settingOf(text, 'recovery_target_inclusive')).toBe('off');
    expect(text).not.toContain('recovery_target_time =');
  });

  describe('restore_command', () => {
    let folder: TempFolder;
    beforeEach(async () => {
      folder = await tempFolder('restore-command');
    });
    afterEach(() => folder.remove());

    /** Runs the command as the server would, after reading it from its configuration. */
    async function restore(wal: string, file: string, to: string): Promise<number> {
      const command = settingOf(settings(wal, 'end'), 'restore_command') ?? '';
      const filled = command.replaceAll(/%[fp%]/g, (part) =>
        part === '%f' ? file : part === '%p' ? to : '%',
      );
      return new Promise((resolve) =>
        execFile('/bin/sh', ['-c', filled], (error) => resolve(Number(error?.code ?? 0))),
      );
    }

    test.each(['plain', 'it\'s 100% \\odd "$(touch x)"'])('copies from %j', async (name) => {
      const wal = join(folder.path, name);
      await mkdir(wal);
      await writeFile(join(wal, 'segment'), 'wal');
      const to = join(folder.path, 'to');
      expect(await restore(wal, 'segment', to)).toBe(0);
      expect(await readFile(to, 'utf8')).toBe('wal');
    });

    test('tells a file that is not there from a copy that fails', async () => {
      expect(await restore(folder.path, 'absent', join(folder.path, 'to'))).toBe(1);
      await writeFile(join(folder.path, 'segment'), 'wal');
      const nowhere = join(folder.path, 'no-such-folder', 'to');
      expect(await restore(folder.path, 'segment', nowhere)).toBeGreaterThan(125);
    });
  });
});
