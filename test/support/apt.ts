import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Installs Debian packages on a machine of the tests. @throws where that needs somebody else */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  if (!(await executable('/usr/bin/apt-get'))) throw new Error('this is not Debian or Ubuntu');
  if (process.getuid?.() !== 0) throw new Error('installing Debian packages needs root');
  // Debian would create and start a server of its own; the tests start theirs.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('/usr/bin/apt-get', ['update', '-qq'], { env });
  await run('/usr/bin/apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    env,
  });
}

export async function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
