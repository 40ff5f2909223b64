import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { MIB } from '../../../lib/stores/parts.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const BUCKET = 'backups';
const TOKEN = 'a-token-of-the-cluster';
const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

let server: S3Server;
let folder: TempFolder;
let bundle: string;
let token: string;

beforeAll(async () => {
  [server, folder] = await Promise.all([startS3(), tempFolder('s3-bundle')]);
  await server.createBucket(BUCKET);
  bundle = join(folder.path, 'put-one.mjs');
  token = join(folder.path, 'token');
  await writeFile(token, TOKEN);
  // As the program in the containers is bundled.
  await build({
    entryPoints: [join(import.meta.dirname, '..', '..', 'support', 'put-one-child.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

async function putOne(
  env: Record<string, string>,
  mebibytes = 1,
  url = server.url(BUCKET),
): Promise<{ size?: number; peakMiB?: number; error?: string }> {
  const child = spawn(process.execPath, [bundle, url, randomUUID(), String(mebibytes)], {
    // Neither this machine's profile nor the role of a machine in the cloud.
    env: { HOME: folder.path, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout));
}

/** Answers every request with `answer`, or with 403 if that is undefined. */
async function service(answer: (request: IncomingMessage, body: string) => string | undefined) {
  const http: Server = createServer(async (request, response) => {
    const given = answer(request, await text(request));
    response.writeHead(given === undefined ? 403 : 200).end(given);
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  return { url: `http://127.0.0.1:${address.port}`, [Symbol.dispose]: () => void http.close() };
}

describe('credentials of the bundled program', () => {
  test('come from variables', async () => {
    expect(await putOne({ ...server.env })).toMatchObject({ size: MIB });
  });

  test('come from EKS Pod Identity', async () => {
    using agent = await service(({ headers }) =>
      headers.authorization === TOKEN
        ? JSON.stringify({
            AccessKeyId: server.accessKeyId,
            SecretAccessKey: server.secretAccessKey,
            // The server's own user has none, but the answer must.
            Token: '',
            Expiration: IN_AN_HOUR,
          })
        : undefined,
    );
    const result = await putOne({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
    });
    expect(result).toMatchObject({ size: MIB });
  });

  test('come from a web identity (IRSA)', async () => {
    const role = 'arn:aws:iam::123456789012:role/writer';
    using sts = await service((_, body) => {
      const asked = new URLSearchParams(body);
      if (asked.get('WebIdentityToken') !== TOKEN || asked.get('RoleArn') !== role)
        return undefined;
      return `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
        <AccessKeyId>${server.accessKeyId}</AccessKeyId>
        <SecretAccessKey>${server.secretAccessKey}</SecretAccessKey>
        <Expiration>${IN_AN_HOUR}</Expiration>
        </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
    });
    const result = await putOne({
      AWS_ROLE_ARN: role,
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ENDPOINT_URL_STS: sts.url,
    });
    expect(result).toMatchObject({ size: MIB });
  });

  test('are missed with a word about where they belong', async () => {
    expect((await putOne({})).error).toMatch(/^StoreAccessError: .*AWS_ACCESS_KEY_ID.*role/);
  });
});

describe('memory stays below 192 MiB', () => {
  test('when half a gigabyte is written', async () => {
    const result = await putOne({ ...server.env }, 512);
    expect(result).toMatchObject({ size: 512 * MIB });
    expect(result.peakMiB).toBeLessThan(192);
  });

  test('when the store is slower than what is written', async () => {
    const proxy = await TcpProxy.start(server);
    proxy.throttle(32 * MIB);
    const url = server.url(BUCKET, `http://${proxy.host}:${proxy.port}`);
    const result = await putOne({ ...server.env }, 256, url);
    proxy.stop();
    expect(result).toMatchObject({ size: 256 * MIB });
    expect(result.peakMiB).toBeLessThan(192);
  });
});
