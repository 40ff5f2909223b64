import { execFile } from 'node:child_process';
import { access, cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Server } from './servers.ts';

const run = promisify(execFile);

/** First Debian release whose kubectl sources carry an OpenAPI document of the batch API with time zones. */
const SUITE = 'trixie';
const PACKAGE = 'golang-k8s-kubectl-dev';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const IN_PACKAGE = 'usr/share/gocode/src/k8s.io/kubectl';

const FOLDER = join(homedir(), '.cache', 'tidemark', `kubernetes-schemas-${SUITE}`);

/** OpenAPI 3 document of `batch/v1`, with everything that a pod can hold. */
export const BATCH_SCHEMAS = join(FOLDER, 'batch-v1.json');
/** Swagger 2 document of every built-in API, of an older release. */
export const ALL_SCHEMAS = join(FOLDER, 'swagger.json');

/** Kubernetes' own description of its objects. It is only read: nothing is installed on the system. */
export const KUBERNETES_SCHEMAS: Server = {
  name: `Kubernetes API schemas (Debian ${SUITE})`,
  present: () =>
    Promise.all([access(BATCH_SCHEMAS), access(ALL_SCHEMAS)]).then(
      () => true,
      () => false,
    ),
  install,
  hint: `on Debian, check that apt reaches its mirror; elsewhere put ${BATCH_SCHEMAS} and ${ALL_SCHEMAS} there from the sources of kubectl`,
};

async function install(): Promise<void> {
  const work = `${FOLDER}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  await mkdir(join(work, 'archives', 'partial'), { recursive: true });
  await writeFile(
    join(work, 'sources.list'),
    `deb [signed-by=${KEYRING}] ${await debianMirror()} ${SUITE} main\n`,
  );
  // Lists and sources of its own: the system's stay what they are.
  const apt = [
    ...[
      '-o',
      `Dir::Etc::sourcelist=${join(work, 'sources.list')}`,
      '-o',
      'Dir::Etc::sourceparts=-',
    ],
    ...['-o', `Dir::State::lists=${join(work, 'lists')}`, '-o', `Dir::Cache=${work}`],
    ...['-o', 'APT::Sandbox::User=', '-o', 'Acquire::Languages=none'],
  ];
  await run('apt-get', [...apt, '-qq', 'update']);
  await run('apt-get', [...apt, '-qq', 'download', PACKAGE], { cwd: work });
  const archive = (await readdir(work)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt-get downloaded no ${PACKAGE}`);
  await run('dpkg-deb', ['-x', archive, 'files'], { cwd: work });
  const files = join(work, 'files', IN_PACKAGE);
  await mkdir(FOLDER, { recursive: true });
  await keep(join(files, 'testdata/openapi/swagger.json'), ALL_SCHEMAS);
  await keep(join(files, 'pkg/explain/v2/templates/batch.k8s.io_v1.json'), BATCH_SCHEMAS);
  await rm(work, { recursive: true });
}

async function keep(from: string, to: string): Promise<void> {
  await cp(from, `${to}.new`);
  await rename(`${to}.new`, to);
}

/** The mirror that this machine's apt already uses. */
async function debianMirror(): Promise<string> {
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(CODENAME)',
    'Created-By: Packages',
  ]);
  const line = stdout.split('\n').find((target) => /\/debian\/? [a-z]+$/.test(target));
  const [uri] = line?.split(' ') ?? [];
  if (uri === undefined) throw new Error('apt of this machine has no Debian mirror');
  return uri;
}
