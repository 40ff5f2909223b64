import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KubernetesApi } from '../kubernetes-api.ts';
import { type Limits, limit } from './cgroup.ts';
import { type Container, type Exit, startContainer } from './container.ts';
import { environment } from './environment.ts';
import type { Image } from './image.ts';
import { bytes, type PodContainer, type Probe, type RunnablePod } from './pod.ts';
import { rootScript } from './root-script.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import type { MadeVolume } from './volumes.ts';

export interface RunningPod {
  readonly name: string;
  /** Containers that run, sidecars among them, by name. */
  readonly containers: ReadonlyMap<string, Container>;
  /** How its first container ended. */
  readonly exit: Promise<Exit>;
  /** Whether a probe of a container succeeds, and what it said. */
  probe(kind: 'startup' | 'readiness' | 'liveness', container?: string): Promise<Exit>;
  /** As when a pod is deleted: a request, and after the grace that it has, the end. */
  terminate(): Promise<Exit>;
  /** Ends it at once and gives back what it holds. */
  remove(): Promise<void>;
}

interface PodParts {
  readonly api: KubernetesApi;
  readonly pod: RunnablePod;
  /** Folder of its own. */
  readonly place: string;
  readonly volumes: ReadonlyMap<string, MadeVolume>;
  readonly etc: string;
  readonly image: (name: string) => Promise<Image>;
}

/** Starts the containers in their order: the init containers one after the other, then all others at once. */
export async function runPod(parts: PodParts): Promise<RunningPod> {
  const { spec, metadata } = parts.pod;
  const sandbox = await startSandbox(metadata.name, parts.volumes.values());
  const all: Container[] = [];
  const containers = new Map<string, Container>();
  const start = async (container: PodContainer) => {
    const started = await startOne(parts, sandbox, container);
    all.push(started);
    return started;
  };
  let removed: Promise<void> | undefined;
  const end = async () => {
    for (const container of all) container.kill();
    await Promise.all(all.map(({ exit }) => exit));
    await sandbox.stop();
    for (const { limits } of all) await limits.remove();
  };
  const remove = () => {
    removed ??= end();
    return removed;
  };
  try {
    for (const init of spec.initContainers) {
      const container = await start(init);
      if (init.restartPolicy === 'Always') containers.set(init.name, container);
      else await succeeded(init.name, container);
    }
    for (const one of spec.containers) containers.set(one.name, await start(one));
  } catch (error) {
    await remove();
    throw error;
  }
  const [main] = spec.containers;
  const first = containers.get(main?.name ?? '');
  if (!first) throw new Error(`${metadata.name} has no container`);
  return {
    name: metadata.name,
    containers,
    exit: first.exit,
    probe: (kind, name = main?.name ?? '') => runProbe(parts.pod, containers, kind, name),
    async terminate() {
      await first.terminate();
      const grace = setTimeout(first.kill, spec.terminationGracePeriodSeconds * 1000);
      const exit = await first.exit;
      clearTimeout(grace);
      return exit;
    },
    remove,
  };
}

async function succeeded(name: string, { exit }: Container): Promise<void> {
  const { code, stderr } = await exit;
  if (code !== 0) throw new Error(`init container ${name} ended with ${code}: ${stderr}`);
}

async function startOne(
  { api, pod, place, volumes, etc, image }: PodParts,
  sandbox: Sandbox,
  container: PodContainer,
): Promise<Container> {
  const { securityContext, volumeMounts, resources, command, args } = container;
  const memory = resources.limits.memory;
  if (memory === undefined) throw new Error(`${container.name} has no limit of memory`);
  const of = pod.spec.securityContext;
  const uid = securityContext.runAsUser ?? of.runAsUser;
  const gid = securityContext.runAsGroup ?? of.runAsGroup;
  if (uid === undefined || gid === undefined) throw new Error(`${container.name} may be root`);
  const root = join(place, container.name);
  await mkdir(root);
  const limits: Limits = await limit(`${pod.metadata.uid}-${container.name}`, bytes(memory));
  const made = await image(container.image);
  return startContainer({
    sandbox: sandbox.pid,
    root: rootScript({
      root,
      ...{ holds: made.holds, lacks: made.lacks, etc },
      mounts: volumeMounts.map(({ name, ...mount }) => {
        const volume = volumes.get(name);
        if (!volume) throw new Error(`there is no volume ${name}`);
        return { volume, ...mount };
      }),
      readOnly: securityContext.readOnlyRootFilesystem,
      cgroup: limits.visible,
      workingDirectory: container.workingDir ?? made.workingDirectory,
    }),
    command: [...command, ...args],
    env: { ...made.env, ...(await environment(api, pod, container)) },
    user: { uid, gid, groups: of.fsGroup === undefined ? [] : [of.fsGroup] },
    capabilities: !securityContext.capabilities?.drop.includes('ALL'),
    newPrivileges: securityContext.allowPrivilegeEscalation,
    limits,
  });
}

/** How much longer than on a node of its own a probe may take here, where everything else runs as well. */
const PATIENCE = 10;

async function runProbe(
  pod: RunnablePod,
  containers: ReadonlyMap<string, Container>,
  kind: 'startup' | 'readiness' | 'liveness',
  name: string,
): Promise<Exit> {
  const spec = pod.spec.containers.find((one) => one.name === name);
  const probe = spec?.[`${kind}Probe`];
  const container = containers.get(name);
  if (!spec || !probe || !container) throw new Error(`${name} has no ${kind} probe`);
  const seconds = probe.timeoutSeconds * PATIENCE;
  if (probe.exec) return container.exec(probe.exec.command, seconds);
  return asked(spec, probe, seconds);
}

/** A page that is asked for, on the address of the pod, which is this machine's. */
async function asked({ ports }: PodContainer, { httpGet }: Probe, seconds: number): Promise<Exit> {
  if (!httpGet) throw new Error('the probe is of a kind that this node has not');
  const port = ports.find(({ name }) => name === httpGet.port)?.containerPort ?? httpGet.port;
  const signal = AbortSignal.timeout(seconds * 1000);
  const failed = (error: unknown) => ({ ok: false, text: async () => String(error) });
  const page = await fetch(`http://127.0.0.1:${port}${httpGet.path}`, { signal }).catch(failed);
  return { code: page.ok ? 0 : 1, stdout: await page.text(), stderr: '', outOfMemory: false };
}
