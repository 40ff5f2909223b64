import { aptInstall, executable } from '../../test/support/apt.ts';

/** Debian's, so that everybody measures against the same. */
export const PGBACKREST = '/usr/bin/pgbackrest';
export const BARMAN_BACKUP = '/usr/bin/barman-cloud-backup';
export const AWS = '/usr/bin/aws';

const PACKAGES = ['pgbackrest', 'barman-cli-cloud', 'awscli'];

/** Installs what we are compared with. @throws where that needs somebody else */
export async function installPeers(): Promise<void> {
  const present = await Promise.all([PGBACKREST, BARMAN_BACKUP, AWS].map(executable));
  if (present.includes(false)) await aptInstall(PACKAGES);
}
