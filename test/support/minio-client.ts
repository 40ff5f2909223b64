import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { executable } from './apt.ts';
import { goInstall } from './go.ts';
import type { Server } from './servers.ts';

const VERSION = 'v0.0.0-20250313080218-cf909e1063a9';

/** MinIO's client, with which its servers are told what to keep; the version is in its name. */
export const MC = join(homedir(), '.cache', 'tidemark', `mc-${VERSION}`, 'mc');

export const MINIO_CLIENT: Server = {
  name: `MinIO's client ${VERSION}`,
  present: () => executable(MC),
  install: () => goInstall(`github.com/minio/mc@${VERSION}`, dirname(MC)),
  hint: 'install Go, then run `npm run servers` again',
};
