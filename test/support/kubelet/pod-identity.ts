import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { KubernetesApi } from '../kubernetes-api.ts';
import type { PodManifest } from './node.ts';

const AUDIENCE = 'pods.eks.amazonaws.com';
const FOLDER = `/var/run/secrets/${AUDIENCE}/serviceaccount`;
const TOKEN = 'eks-pod-identity-token';

/** What the SDK takes credentials from, with a session's token. */
export type Session = Readonly<Record<string, string>>;

export interface PodIdentity {
  /** What EKS' webhook adds to a pod before it is created. */
  webhook(pod: PodManifest): PodManifest;
  /** Service accounts that were given credentials. */
  readonly given: ReadonlySet<string>;
  stop(): Promise<void>;
}

const reviewSchema = z.looseObject({
  status: z.looseObject({
    authenticated: z.boolean().default(false),
    user: z.looseObject({ username: z.string().default('') }).default({ username: '' }),
  }),
});
const specSchema = z.looseObject({
  containers: z.array(z.looseObject({})),
  initContainers: z.array(z.looseObject({})).default([]),
  volumes: z.array(z.looseObject({})).default([]),
});
const listsSchema = z.looseObject({
  env: z.array(z.unknown()).default([]),
  volumeMounts: z.array(z.unknown()).default([]),
});

/**
 * EKS Pod Identity: the agent of a node, which gives a pod the role of its service account, and the webhook. Whose a token is,
 * the API server says.
 * @param session credentials of a service account's role; undefined where it has none
 * @param env what a pod needs besides to reach the test's servers
 */
export async function startPodIdentity(
  api: KubernetesApi,
  session: (account: string) => Session | undefined,
  env: Readonly<Record<string, string>>,
): Promise<PodIdentity> {
  const given = new Set<string>();
  const server = createServer(async (request, response) => {
    const account = await accountOf(api, request.headers.authorization ?? '');
    const credentials = account === undefined ? undefined : session(account);
    if (account === undefined || credentials === undefined) {
      response.writeHead(403).end();
      return;
    }
    given.add(account);
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        AccessKeyId: credentials.AWS_ACCESS_KEY_ID,
        SecretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
        Token: credentials.AWS_SESSION_TOKEN,
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on an address, so it has one.
  const { port } = server.address() as AddressInfo;
  const variables = Object.entries({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/v1/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${FOLDER}/${TOKEN}`,
    ...env,
  }).map(([name, value]) => ({ name, value }));
  return {
    given,
    webhook: (pod) => ({ ...pod, spec: withIdentity(pod.spec, variables) }),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Name of the service account that the token was made for. */
async function accountOf(api: KubernetesApi, token: string): Promise<string | undefined> {
  const answer = await api.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token, audiences: [AUDIENCE] },
  });
  const { authenticated, user } = reviewSchema.parse(answer).status;
  return authenticated ? user.username.split(':').at(-1) : undefined;
}

function withIdentity(pod: object, variables: readonly object[]): object {
  const spec = specSchema.parse(pod);
  const mount = { name: TOKEN, mountPath: FOLDER, readOnly: true };
  const added = (container: object) => {
    const { env, volumeMounts, ...rest } = listsSchema.parse(container);
    return { ...rest, env: [...env, ...variables], volumeMounts: [...volumeMounts, mount] };
  };
  const source = {
    serviceAccountToken: { audience: AUDIENCE, expirationSeconds: 86_400, path: TOKEN },
  };
  return {
    ...spec,
    containers: spec.containers.map(added),
    initContainers: spec.initContainers.map(added),
    volumes: [...spec.volumes, { name: TOKEN, projected: { sources: [source] } }],
  };
}
