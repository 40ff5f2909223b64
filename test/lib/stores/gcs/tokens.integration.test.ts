import { createVerify, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { StoreAccessError, StoreUnavailableError } from '../../../../lib/stores/errors.ts';
import { Tokens } from '../../../../lib/stores/gcs/tokens.ts';
import { Transport } from '../../../../lib/stores/gcs/transport.ts';
import { freePort } from '../../../support/free-port.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

/** What the server was asked, and answers. */
interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly flavor: unknown;
  readonly form: URLSearchParams;
}

let server: Server;
let host: string;
let folder: TempFolder;
const asked: Asked[] = [];
let answer: { status: number; body: string };
const transport = new Transport(10_000);
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

beforeAll(async () => {
  folder = await tempFolder('gcs-tokens');
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    asked.push({
      method,
      url,
      flavor: headers['metadata-flavor'],
      form: new URLSearchParams(body),
    });
    response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  host = `127.0.0.1:${address.port}`;
});
afterAll(async () => {
  transport.close();
  server.close();
  await folder.remove();
});
beforeEach(() => {
  asked.length = 0;
  answer = { status: 200, body: JSON.stringify({ access_token: 'token-1', expires_in: 3600 }) };
});

const tokens = (env: Record<string, string>, now?: () => Date) =>
  new Tokens(transport, { HOME: folder.path, GCE_METADATA_HOST: host, ...env }, now);
const keyFile = async (name: string, key: unknown) => {
  const path = join(folder.path, name);
  await writeFile(path, typeof key === 'string' ? key : JSON.stringify(key));
  return { GOOGLE_APPLICATION_CREDENTIALS: path };
};
const serviceAccount = () => ({
  type: 'service_account',
  client_email: 'backup@project.iam.gserviceaccount.com',
  private_key: privateKey,
  token_uri: `http://${host}/token`,
});

test('a pod asks the metadata server, and everybody in it once', async () => {
  const source = tokens({});
  expect(await Promise.all([source.token(), source.token()])).toEqual(['token-1', 'token-1']);
  expect(asked).toMatchObject([
    {
      method: 'GET',
      url: '/computeMetadata/v1/instance/service-accounts/default/token',
      flavor: 'Google',
    },
  ]);
});

test('a home that cannot be looked into, such as of somebody else, has no key', async () => {
  const home = join(folder.path, 'home');
  await mkdir(home);
  await symlink('.config', join(home, '.config'));
  expect(await tokens({ HOME: home }).token()).toBe('token-1');
});

test('a token is replaced before it ends, or when it was refused', async () => {
  let now = new Date('2026-01-01T00:00:00Z');
  const source = tokens({}, () => now);
  await source.token();
  now = new Date('2026-01-01T00:55:00Z');
  await source.token();
  expect(asked).toHaveLength(1);
  now = new Date('2026-01-01T00:57:00Z');
  await source.token();
  expect(asked).toHaveLength(2);
  source.forget();
  await source.token();
  expect(asked).toHaveLength(3);
});

test('a failure is not kept', async () => {
  const source = tokens({});
  answer = { status: 503, body: 'busy' };
  await expect(source.token()).rejects.toMatchObject({ status: 503 });
  answer = { status: 200, body: JSON.stringify({ access_token: 'token-2', expires_in: 60 }) };
  expect(await source.token()).toBe('token-2');
});

test('the key of a service account signs a claim', async () => {
  const now = new Date('2026-01-01T00:00:00Z');
  expect(await tokens(await keyFile('key.json', serviceAccount()), () => now).token()).toBe(
    'token-1',
  );
  const [{ form, url } = { form: new URLSearchParams(), url: '' }] = asked;
  expect(url).toBe('/token');
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [head = '', claim = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const verify = createVerify('RSA-SHA256').update(`${head}.${claim}`);
  expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
  expect(JSON.parse(Buffer.from(claim, 'base64url').toString())).toEqual({
    iss: 'backup@project.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/devstorage.read_write',
    aud: `http://${host}/token`,
    iat: now.getTime() / 1000,
    exp: now.getTime() / 1000 + 3600,
  });
});

test.each([
  ['no file', undefined, /cannot read the key .*correct GOOGLE_APPLICATION_CREDENTIALS/],
  ['no JSON', 'SECRET', /it is not JSON/],
  ['another kind of key', { type: 'external_account' }, /it lacks what such a key holds/],
  ['a key that is none', { ...serviceAccountWithout(), private_key: 'SECRET' }, /cannot sign/],
])('%s is refused, and not quoted', async (name, key, reason) => {
  const env =
    key === undefined
      ? { GOOGLE_APPLICATION_CREDENTIALS: join(folder.path, 'none.json') }
      : await keyFile(`${name}.json`, key);
  const failure: unknown = await tokens(env)
    .token()
    .catch((error) => error);
  expect(failure).toBeInstanceOf(StoreAccessError);
  expect(failure).toHaveProperty('message', expect.stringMatching(reason));
  expect(failure).toHaveProperty('message', expect.not.stringContaining('SECRET'));
  expect(asked).toEqual([]);
});

test('an account that Google refuses is told', async () => {
  answer = {
    status: 400,
    body: JSON.stringify({ error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }),
  };
  await expect(tokens(await keyFile('key.json', serviceAccount())).token()).rejects.toThrow(
    /gives no token .*check the service account and its key/,
  );
});

test('where there is neither a key nor a metadata server, both are named', async () => {
  const source = tokens({ GCE_METADATA_HOST: 'metadata.invalid' });
  await expect(source.token()).rejects.toThrow(StoreUnavailableError);
  await expect(source.token()).rejects.toThrow(
    /bind the pod's service account.*GOOGLE_APPLICATION_CREDENTIALS/,
  );
});

test('a metadata server that does not listen yet is asked again, as a store that is busy', async () => {
  const gone = `127.0.0.1:${await freePort()}`;
  await expect(tokens({ GCE_METADATA_HOST: gone }).token()).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining(`${gone} gives no token`),
  });
});

test('where there is a key, nobody says that there is none', async () => {
  const key = { ...serviceAccount(), token_uri: 'http://oauth2.invalid/token' };
  await expect(tokens(await keyFile('key.json', key)).token()).rejects.toThrow(
    /^oauth2.invalid gives no token: /,
  );
});

test('an answer without a token is told', async () => {
  answer = { status: 200, body: '<html>' };
  await expect(tokens({}).token()).rejects.toThrow(/answered without a token/);
});

function serviceAccountWithout() {
  return {
    type: 'service_account',
    client_email: 'backup@project.iam.gserviceaccount.com',
    token_uri: 'http://127.0.0.1:1/token',
  };
}
