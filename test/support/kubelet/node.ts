import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesApi } from '../kubernetes-api.ts';
import { tempFolder } from '../temp-folder.ts';
import { imageOf } from './image.ts';
import { podSchema, type RunnablePod } from './pod.ts';
import { type RunningPod, runPod } from './running-pod.ts';
import { makeVolumes } from './volumes.ts';

/** A pod as somebody wants it. */
export interface PodManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

export interface NodeOptions {
  readonly api: KubernetesApi;
  /** The agent's bundle, as its image has it. */
  readonly program: string;
  /** Addresses of names that the cluster's DNS would know. */
  readonly hosts?: Readonly<Record<string, string>>;
}

/** A node of a cluster: what is on it of the pods that run there. */
export interface KubeletNode {
  /** Creates the pod at the API server, which completes or refuses it, and starts it. */
  start(pod: PodManifest): Promise<RunningPod>;
  /** Folder of a persistent volume claim, which stays when pods go. */
  claim(name: string): Promise<string>;
  /** Ends every pod that still runs, and removes everything. */
  stop(): Promise<void>;
}

/**
 * A kubelet as far as one machine is a cluster: pods are completed by a real API server, hold its ConfigMaps, Secrets and
 * tokens, and run with their command, environment, user, read-only root, volumes and limits in namespaces of the kernel.
 * What it does not have: a network of their own (they are on this machine's), seccomp, limits of CPU and of disk.
 */
export async function startNode({ api, program, hosts = {} }: NodeOptions): Promise<KubeletNode> {
  const folder = await tempFolder('node');
  // Containers run as other users and have to get through.
  await chmod(folder.path, 0o755);
  const running: RunningPod[] = [];
  const claim = async (name: string) => {
    const path = join(folder.path, 'claims', name);
    await mkdir(path, { recursive: true, mode: 0o755 });
    return path;
  };
  const start = async (manifest: PodManifest): Promise<RunningPod> => {
    const pod = await created(api, manifest);
    const place = join(folder.path, pod.metadata.uid);
    await mkdir(place, { mode: 0o755 });
    const volumes = await makeVolumes(api, pod, join(place, 'volumes'), claim);
    const etc = await settings(join(place, 'etc'), pod, hosts);
    const started = await runPod({
      ...{ api, pod, place, volumes, etc },
      image: (name) => imageOf(name, program),
    });
    running.push(started);
    return started;
  };
  return {
    start,
    claim,
    stop: async () => {
      for (const pod of running) await pod.remove();
      await folder.remove();
    },
  };
}

async function created(api: KubernetesApi, manifest: PodManifest): Promise<RunnablePod> {
  const path = `/api/v1/namespaces/${manifest.metadata.namespace}/pods`;
  return podSchema.parse(await api.call('POST', `${path}?fieldValidation=Strict`, manifest));
}

/** `/etc` as the image and the kubelet make it. */
async function settings(
  folder: string,
  { metadata }: RunnablePod,
  hosts: Readonly<Record<string, string>>,
): Promise<string> {
  await mkdir(folder);
  const names = { localhost: '127.0.0.1', [metadata.name]: '127.0.0.1', ...hosts };
  const lines = Object.entries(names).map(([name, address]) => `${address} ${name}\n`);
  await writeFile(join(folder, 'hosts'), lines.join(''));
  const own = {
    passwd: 'tidemark:x:65532:65532::/tmp:/usr/sbin/nologin\n',
    group: 'tidemark:x:65532:\n',
  };
  for (const [name, line] of Object.entries(own)) {
    await writeFile(join(folder, name), `${await readFile(join('/etc', name), 'utf8')}${line}`);
  }
  return folder;
}
