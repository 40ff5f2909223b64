import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface PodIdentityAgent {
  /** What the webhook puts into a pod's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Requests that it has answered with credentials. */
  readonly answered: () => number;
  stop(): Promise<void>;
}

/**
 * The agent that runs on every EKS node: exchanges the token of a pod for credentials of its role.
 * @param tokenFile where the pod finds `token`
 */
export async function startPodIdentityAgent(
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  tokenFile: string,
  token: string,
): Promise<PodIdentityAgent> {
  let answered = 0;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== token) {
      response.writeHead(401).end();
      return;
    }
    answered++;
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        // The test's S3 server knows no sessions.
        Token: '',
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on an address, so it has one.
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: tokenFile,
    },
    answered: () => answered,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
