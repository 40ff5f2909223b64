import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerAddress } from '../lib/engines/postgresql/connection.ts';
import { type Measurement, measure } from './measure.ts';

/** What everybody has: PostgreSQL's own client, and a digest of what it wrote. */
export async function peerBackup(
  binDir: string,
  { host, port, user, password }: ServerAddress,
  into: string,
): Promise<{ readonly backup: Measurement; readonly digest: Measurement }> {
  const backup = await measure({
    file: join(binDir, 'pg_basebackup'),
    // biome-ignore format: one option and its value each
    args: ['-D', into, '-Ft', '-X', 'none', '--manifest-checksums=SHA256', '--checkpoint=fast',
      '-h', host, '-p', String(port), '-U', user],
    env: { PGPASSWORD: password },
  });
  const files = await readdir(into);
  const digest = await measure({ file: 'openssl', args: ['dgst', '-sha256', ...files], cwd: into });
  return { backup, digest };
}
