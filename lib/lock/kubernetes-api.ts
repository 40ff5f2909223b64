import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { LockError } from './errors.ts';

/** Where Kubernetes mounts a pod's own token, authority and namespace. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

const TIMEOUT_MS = 10_000;

export interface ClusterAccess {
  readonly host: string;
  readonly port: number;
  /** Folder with `token`, `ca.crt` and `namespace`. */
  readonly folder: string;
}

/** How a pod reaches its cluster; undefined elsewhere. */
export function clusterAccess(env: NodeJS.ProcessEnv): ClusterAccess | undefined {
  const host = env.KUBERNETES_SERVICE_HOST;
  if (!host) return undefined;
  return { host, port: Number(env.KUBERNETES_SERVICE_PORT ?? 443), folder: SERVICE_ACCOUNT };
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** One request to the API server. The token is read each time, because it is replaced while the pod lives. */
export async function callApi(
  access: ClusterAccess,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: unknown,
): Promise<ApiAnswer> {
  const [token, ca] = await Promise.all([mounted(access, 'token'), mounted(access, 'ca.crt')]);
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) =>
      reject(
        new LockError(`the Kubernetes API did not answer ${method} ${path}: ${cause.message}`, {
          cause,
        }),
      );
    const call = request(
      {
        host: access.host,
        port: access.port,
        method,
        path,
        ca,
        timeout: TIMEOUT_MS,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': contentType(method) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          try {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({
              status: response.statusCode ?? 0,
              body: text === '' ? {} : JSON.parse(text),
            });
          } catch (cause) {
            fail(cause instanceof Error ? cause : new Error(String(cause)));
          }
        });
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    call.on('error', fail);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const contentType = (method: string): string =>
  method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';

/** The namespace that the pod runs in. */
export function ownNamespace(access: ClusterAccess): Promise<string> {
  return mounted(access, 'namespace');
}

async function mounted({ folder }: ClusterAccess, name: string): Promise<string> {
  try {
    return (await readFile(join(folder, name), 'utf8')).trim();
  } catch (cause) {
    throw new LockError(
      `no service account token in ${folder}; mount one (automountServiceAccountToken) so that the run can take its Lease`,
      { cause },
    );
  }
}
