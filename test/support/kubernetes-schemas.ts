import { access, copyFile, mkdir, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { goModule } from './go.ts';
import type { Server } from './servers.ts';

/** Releases that every manifest is held against: one that many clusters run, and the newest. */
export const KUBERNETES_RELEASES = ['1.32.3', '1.36.3'] as const;

const FOLDER = join(homedir(), '.cache', 'tidemark', 'kubernetes-schemas');

/** Swagger 2 document of every API that a release has. */
export const apiSchemas = (release: (typeof KUBERNETES_RELEASES)[number]): string =>
  join(FOLDER, `${release}.json`);

/** Kubernetes' own description of its objects, as each release carries it with its sources. */
export const KUBERNETES_SCHEMAS: Server = {
  name: `Kubernetes API schemas ${KUBERNETES_RELEASES.join(' and ')}`,
  present: () =>
    Promise.all(KUBERNETES_RELEASES.map((release) => access(apiSchemas(release)))).then(
      () => true,
      () => false,
    ),
  install,
  hint: `install Go, then run \`npm run servers\` again; or put api/openapi-spec/swagger.json of each release into ${FOLDER}`,
};

async function install(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const release of KUBERNETES_RELEASES) {
    const sources = await goModule('k8s.io/kubernetes', `v${release}`);
    const file = apiSchemas(release);
    await copyFile(join(sources, 'api', 'openapi-spec', 'swagger.json'), `${file}.new`);
    await rename(`${file}.new`, file);
  }
}
