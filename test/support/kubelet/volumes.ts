import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { KubernetesApi } from '../kubernetes-api.ts';
import { bytes, type ProjectedSource, type RunnablePod, type Volume } from './pod.ts';

const CONFIG_MODE = 0o644;

/** A volume on the node, and whether it still has to be mounted there. */
export interface MadeVolume {
  readonly path: string;
  /** Bytes of a memory-backed one. */
  readonly memory?: number;
  /** Nothing can be written to it, whatever the container asks for. */
  readonly readOnly: boolean;
}

interface Files {
  readonly path: string;
  readonly content: Buffer;
}

const configMapSchema = z.looseObject({ data: z.record(z.string(), z.string()).default({}) });
const tokenSchema = z.looseObject({ status: z.looseObject({ token: z.string() }) });

/**
 * Makes the volumes of a pod as a kubelet does: what they hold is asked of the API server, and what a pod may write to belongs to
 * root until its `fsGroup` says otherwise.
 * @param claim the folder of a persistent volume claim
 */
export async function makeVolumes(
  api: KubernetesApi,
  pod: RunnablePod,
  folder: string,
  claim: (name: string) => Promise<string>,
): Promise<Map<string, MadeVolume>> {
  const made = new Map<string, MadeVolume>();
  for (const volume of pod.spec.volumes) {
    const path = join(folder, volume.name);
    await mkdir(path, { recursive: true, mode: 0o755 });
    made.set(volume.name, await makeVolume(api, pod, volume, path, claim));
  }
  return made;
}

async function makeVolume(
  api: KubernetesApi,
  pod: RunnablePod,
  volume: Volume,
  path: string,
  claim: (name: string) => Promise<string>,
): Promise<MadeVolume> {
  const { fsGroup } = pod.spec.securityContext;
  if (volume.emptyDir) {
    await chmod(path, 0o777);
    const { medium, sizeLimit } = volume.emptyDir;
    if (medium !== 'Memory') return owned({ path, readOnly: false }, fsGroup);
    if (sizeLimit === undefined) throw new Error(`${volume.name} may fill the node's memory`);
    return { path, readOnly: false, memory: bytes(sizeLimit) };
  }
  // A new volume of its own is formatted, and its root is root's.
  if (volume.ephemeral) return owned({ path, readOnly: false }, fsGroup);
  if (volume.persistentVolumeClaim) {
    const claimed = await claim(volume.persistentVolumeClaim.claimName);
    return owned({ path: claimed, readOnly: false }, fsGroup);
  }
  for (const file of await content(api, pod, volume)) {
    const at = join(path, file.path);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, file.content, { mode: CONFIG_MODE });
    if (fsGroup !== undefined) await chown(at, 0, fsGroup);
  }
  return { path, readOnly: true };
}

async function owned(volume: MadeVolume, fsGroup: number | undefined): Promise<MadeVolume> {
  if (fsGroup !== undefined) {
    await chown(volume.path, 0, fsGroup);
    await chmod(volume.path, 0o2775);
  }
  return volume;
}

async function content(api: KubernetesApi, pod: RunnablePod, volume: Volume): Promise<Files[]> {
  if (volume.configMap) return ofMap(api, pod, 'configmaps', volume.configMap);
  if (volume.secret) {
    const { secretName: name, ...rest } = volume.secret;
    return ofMap(api, pod, 'secrets', { name, ...rest });
  }
  if (volume.projected) {
    const files = await Promise.all(
      volume.projected.sources.map((source) => projected(api, pod, source)),
    );
    return files.flat();
  }
  throw new Error(`${volume.name} is of a kind that this node has not`);
}

async function projected(
  api: KubernetesApi,
  pod: RunnablePod,
  { serviceAccountToken, configMap, secret, downwardAPI }: ProjectedSource,
): Promise<Files[]> {
  if (configMap) return ofMap(api, pod, 'configmaps', configMap);
  if (secret) return ofMap(api, pod, 'secrets', secret);
  if (serviceAccountToken) {
    const { audience, expirationSeconds, path } = serviceAccountToken;
    const token = await podToken(api, pod, audience, expirationSeconds);
    return [{ path, content: Buffer.from(token) }];
  }
  return (downwardAPI?.items ?? []).map(({ path, fieldRef }) => ({
    path,
    content: Buffer.from(field(pod, fieldRef.fieldPath)),
  }));
}

/** A token of the pod's account that ends with the pod. */
async function podToken(
  api: KubernetesApi,
  { metadata, spec }: RunnablePod,
  audience: string | undefined,
  expirationSeconds = 3600,
): Promise<string> {
  const account = `/api/v1/namespaces/${metadata.namespace}/serviceaccounts/${spec.serviceAccountName}`;
  const answer = await api.call('POST', `${account}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      ...(audience === undefined ? {} : { audiences: [audience] }),
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid },
    },
  });
  return tokenSchema.parse(answer).status.token;
}

interface MapReference {
  readonly name: string;
  readonly items?: readonly { readonly key: string; readonly path: string }[] | undefined;
  readonly optional?: boolean | undefined;
}

async function ofMap(
  api: KubernetesApi,
  pod: RunnablePod,
  kind: 'configmaps' | 'secrets',
  { name, items, optional }: MapReference,
): Promise<Files[]> {
  const values = await mapOf(api, pod, kind, name, optional);
  const wanted = items ?? [...values.keys()].map((key) => ({ key, path: key }));
  return wanted.flatMap(({ key, path }) => {
    const value = values.get(key);
    if (value !== undefined) return [{ path, content: value }];
    if (optional) return [];
    throw new Error(`${pod.metadata.name} cannot start: ${kind}/${name} has no key ${key}`);
  });
}

/** The keys of a ConfigMap or Secret. @throws where there is none, as a pod then does not start */
export async function mapOf(
  api: KubernetesApi,
  { metadata }: RunnablePod,
  kind: 'configmaps' | 'secrets',
  name: string,
  optional = false,
): Promise<Map<string, Buffer>> {
  try {
    const answer = await api.call(
      'GET',
      `/api/v1/namespaces/${metadata.namespace}/${kind}/${name}`,
    );
    const encoding = kind === 'secrets' ? 'base64' : 'utf8';
    const { data } = configMapSchema.parse(answer);
    return new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, encoding)]));
  } catch (cause) {
    if (optional) return new Map();
    throw new Error(`${metadata.name} cannot start: there is no ${kind}/${name}`, { cause });
  }
}

/** What the downward API tells a pod of itself. */
export function field({ metadata, spec }: RunnablePod, path: string): string {
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName;
    case 'status.podIP':
      return '127.0.0.1';
    default:
      throw new Error(`this node does not know ${path}`);
  }
}
