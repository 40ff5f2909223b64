import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { goBuild } from './go.ts';
import type { Server } from './servers.ts';

const VERSION = '1.32.3';
const FOLDER = join(homedir(), '.cache', 'tidemark', `kubernetes-api-${VERSION}`);

export const KUBE_APISERVER = join(FOLDER, 'kube-apiserver');
/** Go names a program after its folder. */
export const ETCD = join(FOLDER, 'server');

/** Kubernetes' API server and its database, without nodes: objects, access rules and conflicts are real, nothing runs. */
export const KUBERNETES_API: Server = {
  name: `Kubernetes API server ${VERSION}`,
  present: () =>
    Promise.all([access(KUBE_APISERVER, constants.X_OK), access(ETCD, constants.X_OK)]).then(
      () => true,
      () => false,
    ),
  install: () =>
    goBuild(
      join(import.meta.dirname, 'kubernetes-api'),
      ['k8s.io/kubernetes/cmd/kube-apiserver', 'go.etcd.io/etcd/server/v3'],
      FOLDER,
    ),
  hint: 'install Go, then run `npm run servers` again',
};
