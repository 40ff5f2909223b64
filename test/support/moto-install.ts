import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { access, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aptInstall } from './apt.ts';
import type { Server } from './servers.ts';

const run = promisify(execFile);

/**
 * Every package with its version and the digests of its files. Made by
 * `uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate`
 * from `moto[server]==<version>`.
 */
const REQUIREMENTS = join(import.meta.dirname, 'moto-requirements.txt');
const VERSION = /^moto==(\S+)/m.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1];
const FOLDER = join(homedir(), '.cache', 'tidemark', `moto-${VERSION}`);
/** Written last: a folder that was begun and not finished is not taken for a server. */
const COMPLETE = join(FOLDER, 'complete');

/** The interpreter that has Moto and everything it needs. */
export const MOTO_PYTHON = join(FOLDER, 'bin', 'python');

/** An emulator of AWS, for what no server of S3's protocol has: archived storage classes, and everything beside S3. */
export const MOTO: Server = {
  name: `Moto ${VERSION}`,
  present: () =>
    access(COMPLETE).then(
      () => true,
      () => false,
    ),
  install,
  hint: `install Python 3.11 or newer with its module venv, then run \`npm run servers\` again`,
};

async function install(): Promise<void> {
  if (!(await hasVenv())) await aptInstall(['python3', 'python3-venv']);
  await rm(FOLDER, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', FOLDER]);
  // Only wheels: nothing of a package runs while it is installed.
  const pinned = ['--require-hashes', '--only-binary', ':all:', '--requirement', REQUIREMENTS];
  await run(MOTO_PYTHON, ['-m', 'pip', 'install', '--quiet', '--no-deps', ...pinned]);
  await writeFile(COMPLETE, '');
}

const hasVenv = (): Promise<boolean> =>
  run('python3', ['-c', 'import ensurepip, venv']).then(
    () => true,
    () => false,
  );
