import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TokenService {
  /** Where the SDK finds it instead of STS. */
  readonly env: Readonly<Record<string, string>>;
  /** Roles for which it has handed out credentials. */
  readonly assumed: readonly string[];
  stop(): Promise<void>;
}

/**
 * STS, as far as IAM roles for service accounts need it: exchanges the token that a cluster signed for credentials of the
 * role, if the token is the one that the role is for. It stands for Amazon's, which no test can ask.
 * @param tokens the token of each role, by ARN
 */
export async function startTokenService(
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  tokens: Readonly<Record<string, string>>,
): Promise<TokenService> {
  const assumed: string[] = [];
  const server = createServer(async (request, response) => {
    const asked = new URLSearchParams(await text(request));
    const role = asked.get('RoleArn') ?? '';
    const known =
      asked.get('Action') === 'AssumeRoleWithWebIdentity' &&
      tokens[role] !== undefined &&
      asked.get('WebIdentityToken') === tokens[role];
    if (known) assumed.push(role);
    response
      .writeHead(known ? 200 : 403, { 'content-type': 'text/xml' })
      .end(known ? granted(credentials) : REFUSED);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Listening on an address, so it has one.
  const { port } = server.address() as AddressInfo;
  return {
    env: { AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}` },
    assumed,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const REFUSED = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error>
    <Type>Sender</Type>
    <Code>AccessDenied</Code>
    <Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message>
  </Error>
</ErrorResponse>`;

const granted = ({
  accessKeyId,
  secretAccessKey,
}: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}): string => `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken></SessionToken>
      <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;
