import { access, cp, mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withDebianSuite } from './debian-suite.ts';
import type { Server } from './servers.ts';

/** First Debian release whose kubectl sources carry an OpenAPI document of the batch API with time zones. */
const SUITE = 'trixie';
const PACKAGE = 'golang-k8s-kubectl-dev';
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
  await withDebianSuite(SUITE, work, async (suite) => {
    await suite.unpack([PACKAGE], join(work, 'files'));
    const files = join(work, 'files', IN_PACKAGE);
    await mkdir(FOLDER, { recursive: true });
    await keep(join(files, 'testdata/openapi/swagger.json'), ALL_SCHEMAS);
    await keep(join(files, 'pkg/explain/v2/templates/batch.k8s.io_v1.json'), BATCH_SCHEMAS);
  });
}

async function keep(from: string, to: string): Promise<void> {
  await cp(from, `${to}.new`);
  await rename(`${to}.new`, to);
}
