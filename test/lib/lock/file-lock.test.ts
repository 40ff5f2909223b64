import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockError, LockHeldError } from '../../../lib/lock/errors.ts';
import { acquireFileLock } from '../../../lib/lock/file-lock.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

// Each contender is a process, and a busy machine starts them one after the other.

const MODULE = join(import.meta.dirname, '../../../lib/lock/file-lock.ts');

let folder: TempFolder;
let path: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await tempFolder('lock');
  path = join(folder.path, '.locks', 'orders.backup.lock');
});

afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  await folder.remove();
});

/** A process that tries to take the lock; prints `held` or `refused`, and then lives until it is killed. */
async function contender(): Promise<{ child: ChildProcess; said: string }> {
  const program = `
    import { acquireFileLock } from ${JSON.stringify(MODULE)};
    const lock = await acquireFileLock(process.argv[1], 'backup of orders').catch((error) => error);
    process.stdout.write(lock instanceof Error ? 'refused ' + lock.message : 'held');
    setInterval(() => lock, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { NODE_NO_WARNINGS: '1' },
  });
  children.push(child);
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.signalCode !== null || child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

describe('file lock', () => {
  test('refuses a second run of this process until the first releases', async () => {
    const first = await acquireFileLock(path, 'backup of orders');
    await expect(acquireFileLock(path, 'backup of orders')).rejects.toThrow(LockHeldError);
    await first.release();
    const second = await acquireFileLock(path, 'backup of orders');
    await second.release();
  });

  test('says who holds it since when, and what to do', async () => {
    const lock = await acquireFileLock(path, 'backup of orders');
    await expect(acquireFileLock(path, 'backup of orders')).rejects.toThrow(
      new RegExp(
        `^another backup of orders is running since \\d{4}-.*Z as process ${process.pid} on .+; wait until it has ended, or end it$`,
      ),
    );
    await lock.release();
  });

  test('is taken by exactly one of several processes that start at once', async () => {
    const said = (await Promise.all(Array.from({ length: 6 }, contender))).map((c) => c.said);
    expect(said.filter((answer) => answer === 'held')).toHaveLength(1);
    expect(said.filter((answer) => answer.startsWith('refused another'))).toHaveLength(5);
  });

  test('ends with a holder that is killed, and is taken by exactly one of those who wait', async () => {
    const holder = await contender();
    expect(holder.said).toBe('held');
    await expect(acquireFileLock(path, 'backup of orders')).rejects.toThrow(LockHeldError);
    await kill(holder.child);
    const said = (await Promise.all(Array.from({ length: 4 }, contender))).map((c) => c.said);
    expect(said.filter((answer) => answer === 'held')).toHaveLength(1);
  });

  test('does not name a killed holder as the one who holds it now', async () => {
    const killed = await contender();
    await kill(killed.child);
    const lock = await acquireFileLock(path, 'backup of orders');
    await expect(acquireFileLock(path, 'backup of orders')).rejects.toThrow(
      `as process ${process.pid} on`,
    );
    await lock.release();
  });

  test('stays held when it is released twice by somebody else', async () => {
    const first = await acquireFileLock(path, 'backup of orders');
    await first.release();
    const second = await acquireFileLock(path, 'backup of orders');
    await first.release();
    await expect(acquireFileLock(path, 'backup of orders')).rejects.toThrow(LockHeldError);
    await second.release();
  });

  test('reports a folder that cannot be made as something else than a held lock', async () => {
    const file = join(folder.path, 'file');
    await writeFile(file, '');
    await expect(acquireFileLock(join(file, 'orders.lock'), 'backup of orders')).rejects.toThrow(
      LockError,
    );
  });
});
