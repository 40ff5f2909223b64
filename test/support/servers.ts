import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { aptInstall, executable } from './apt.ts';
import { CFN_GUARD } from './cfn-guard.ts';
import { goInstall } from './go.ts';
import { KUBE_SCORE } from './kube-score.ts';
import { KUBECTL_PROGRAM, KUBERNETES_API } from './kubernetes-api-install.ts';
import { KUBERNETES_SCHEMAS } from './kubernetes-schemas.ts';
import { MINIO_CLIENT } from './minio-client.ts';
import { MOTO } from './moto-install.ts';
import { laterPostgresql } from './postgres-debian.ts';
import { PROMETHEUS_SERVER } from './prometheus-install.ts';
import { REDIS } from './redis-install.ts';
import { COMPLETING_SHELLS } from './shells-install.ts';

/** As Debian calls it in the names of its folders. */
const MACHINE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/** What was installed for the tests, outside of the checkout so that every checkout shares it. */
const CACHE = join(homedir(), '.cache', 'tidemark');

const MINIO_VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
/** The S3 server of the tests; the version is in its name, so that a new one is installed. */
export const MINIO = join(CACHE, `minio-${MINIO_VERSION}`, 'minio');

const FAKE_GCS_VERSION = 'v1.56.1';
/** Speaks the JSON API of Google Cloud Storage. */
export const FAKE_GCS = join(CACHE, `fake-gcs-server-${FAKE_GCS_VERSION}`, 'fake-gcs-server');

/** Programs of the oldest server that the tests cover; Debian keeps them out of the PATH. */
export const POSTGRESQL_15 = '/usr/lib/postgresql/15/bin';

/** Gives a program a clock of its own. */
export const LIBFAKETIME = `/usr/lib/${MACHINE}-linux-gnu/faketime/libfaketime.so.1`;

/** Where Debian's package puts the browser; elsewhere a link there does. */
export const CHROMIUM = '/usr/bin/chromium';

export interface Server {
  readonly name: string;
  present(): Promise<boolean>;
  /** Called when it is not present; what it prints goes to the terminal. */
  install(): Promise<void>;
  /** What to do where `install` cannot. */
  readonly hint: string;
}

/** Everything that the integration tests start. */
export const SERVERS: readonly Server[] = [
  {
    name: `MinIO ${MINIO_VERSION}`,
    present: () => executable(MINIO),
    install: () => goInstall(`github.com/minio/minio@${MINIO_VERSION}`, dirname(MINIO)),
    hint: `install Go, then run \`npm run servers\` again`,
  },
  {
    name: `fake-gcs-server ${FAKE_GCS_VERSION}`,
    present: () => executable(FAKE_GCS),
    install: () =>
      goInstall(`github.com/fsouza/fake-gcs-server@${FAKE_GCS_VERSION}`, dirname(FAKE_GCS)),
    hint: `install Go, then run \`npm run servers\` again`,
  },
  {
    name: 'PostgreSQL 15',
    present: () => all(['postgres', 'initdb', 'pg_basebackup', 'pg_verifybackup', 'pg_waldump']),
    install: () => aptInstall(['postgresql-15', 'postgresql-client-15']),
    hint: `install it so that ${POSTGRESQL_15} holds its programs; on Debian or Ubuntu: \`sudo apt-get install --no-install-recommends postgresql-15\``,
  },
  laterPostgresql(17),
  laterPostgresql(18),
  REDIS,
  {
    name: 'libfaketime',
    // A library is not executable.
    present: () =>
      access(LIBFAKETIME).then(
        () => true,
        () => false,
      ),
    install: () => aptInstall(['libfaketime']),
    hint: `install it so that ${LIBFAKETIME} exists; on Debian or Ubuntu: \`sudo apt-get install libfaketime\``,
  },
  {
    name: 'Chromium',
    present: () => executable(CHROMIUM),
    // Without a font of its own, a minimal system draws no letter.
    install: () => aptInstall(['chromium', 'fonts-liberation']),
    hint: `install it as ${CHROMIUM}; on Debian: \`sudo apt-get install --no-install-recommends chromium fonts-liberation\``,
  },
  CFN_GUARD,
  KUBERNETES_SCHEMAS,
  KUBERNETES_API,
  KUBE_SCORE,
  KUBECTL_PROGRAM,
  MINIO_CLIENT,
  MOTO,
  PROMETHEUS_SERVER,
  COMPLETING_SHELLS,
];

async function all(programs: readonly string[]): Promise<boolean> {
  const found = await Promise.all(programs.map((name) => executable(join(POSTGRESQL_15, name))));
  return found.every((present) => present);
}
