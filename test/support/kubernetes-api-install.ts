import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { goBuild } from './go.ts';
import type { Server } from './servers.ts';

const VERSION = '1.32.3';
const CACHE = join(homedir(), '.cache', 'tidemark');
const FOLDER = join(CACHE, `kubernetes-api-${VERSION}`);
const KUBECTL_FOLDER = join(CACHE, `kubectl-${VERSION}`);
/** Its go.mod pins all of them. */
const MODULE = join(import.meta.dirname, 'kubernetes-api');

export const KUBE_APISERVER = join(FOLDER, 'kube-apiserver');
/** Go names a program after its folder. */
export const ETCD = join(FOLDER, 'server');
export const KUBECTL = join(KUBECTL_FOLDER, 'kubectl');

const HINT = 'install Go, then run `npm run servers` again';

/** Kubernetes' API server and its database, without nodes: objects, access rules and conflicts are real, nothing runs. */
export const KUBERNETES_API: Server = {
  name: `Kubernetes API server ${VERSION}`,
  present: () => executables(KUBE_APISERVER, ETCD),
  install: () =>
    goBuild(MODULE, ['k8s.io/kubernetes/cmd/kube-apiserver', 'go.etcd.io/etcd/server/v3'], FOLDER),
  hint: HINT,
};

/** What people type. */
export const KUBECTL_PROGRAM: Server = {
  name: `kubectl ${VERSION}`,
  present: () => executables(KUBECTL),
  install: () => goBuild(MODULE, ['k8s.io/kubernetes/cmd/kubectl'], KUBECTL_FOLDER),
  hint: HINT,
};

const executables = (...paths: readonly string[]): Promise<boolean> =>
  Promise.all(paths.map((path) => access(path, constants.X_OK))).then(
    () => true,
    () => false,
  );
