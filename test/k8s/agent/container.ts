import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '../synthesised.ts';

/** What a cluster puts into a container's place, and the manifest only names. */
export interface Cluster {
  /** Directories and files by the path at which the container mounts them. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Values of the Secret's keys. */
  readonly secret: Readonly<Record<string, string>>;
  /** What the Pod Identity webhook adds. */
  readonly identity: Readonly<Record<string, string>>;
  /** Appended to the store's URL: where a test's server is. */
  readonly storeEndpoint: string;
  /** The program that the image has as `tidemark`. */
  readonly program: string;
  /** Current directory: nothing can be written there. */
  readonly workingDirectory: string;
}

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Container {
  readonly process: ChildProcess;
  readonly exit: Promise<Exit>;
}

/** Starts a pod's container as the kubelet would: its command line, its environment and no other, its user. */
export function startContainer(pod: Pod, cluster: Cluster): Container {
  const [container] = pod.spec.containers;
  if (!container) throw new Error(`${pod.owner} has no container`);
  return run([...container.command, ...container.args], pod, cluster);
}

/** Runs a probe's command in the container. */
export function probe(pod: Pod, cluster: Cluster): Promise<Exit> {
  const command = pod.spec.containers[0]?.readinessProbe?.exec?.command;
  if (!command) throw new Error(`${pod.owner} has no readiness probe`);
  return run(command, pod, cluster).exit;
}

function run([command, ...args]: readonly string[], pod: Pod, cluster: Cluster): Container {
  if (command !== 'tidemark') throw new Error(`the image has no ${command}`);
  const { runAsUser, runAsGroup } = pod.spec.securityContext;
  const child = spawn(
    process.execPath,
    [cluster.program, ...args.map((argument) => mounted(argument, pod, cluster))],
    {
      cwd: cluster.workingDirectory,
      env: environment(pod, cluster),
      stdio: ['ignore', 'pipe', 'pipe'],
      // Only root may become somebody else; everybody else is unprivileged already.
      ...(process.getuid?.() === 0 ? { uid: runAsUser, gid: runAsGroup } : {}),
    },
  );
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk) => {
      output[stream] += chunk;
    });
  }
  return {
    process: child,
    exit: once(child, 'close').then(([code]) => ({ code, ...output })),
  };
}

function environment(pod: Pod, cluster: Cluster): Record<string, string> {
  const env = (pod.spec.containers[0]?.env ?? []).map(({ name, value, valueFrom }) => {
    const key = valueFrom?.secretKeyRef.key;
    const resolved = key === undefined ? mounted(value ?? '', pod, cluster) : cluster.secret[key];
    if (resolved === undefined) throw new Error(`the Secret has no key ${key}`);
    return [name, name === 'TIDEMARK_STORE' ? `${resolved}${cluster.storeEndpoint}` : resolved];
  });
  return { ...Object.fromEntries(env), ...cluster.identity };
}

/** A path in the container where it really is; a path that nothing mounts stays, and is not there. */
function mounted(text: string, pod: Pod, cluster: Cluster): string {
  const mount = pod.spec.containers[0]?.volumeMounts.find(
    ({ mountPath }) => text === mountPath || text.startsWith(`${mountPath}/`),
  );
  if (!mount) return text;
  const place = cluster.mounts[mount.mountPath];
  if (place === undefined) throw new Error(`nothing is mounted at ${mount.mountPath}`);
  return place + text.slice(mount.mountPath.length);
}

/** A directory as a volume is mounted: `files` in it, and writable for everybody or for nobody. */
export async function volume(
  parent: string,
  name: string,
  files: Readonly<Record<string, string>>,
  mode: number,
): Promise<string> {
  const path = join(parent, name);
  await mkdir(path);
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(path, file), content, { mode: 0o444 });
  }
  await chmod(path, mode);
  return path;
}
