import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { StoreUnavailableError } from '../../../../lib/stores/errors.ts';
import { GcsStore } from '../../../../lib/stores/gcs.ts';
import { MIB } from '../../../../lib/stores/parts.ts';
import { serverCertificate } from '../../../support/postgres-install.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { collect, content, stream } from '../content.ts';

const OBJECT = {
  name: 'data/x',
  size: '1',
  generation: '1',
  timeCreated: '2026-01-01T00:00:00Z',
};

let folder: TempFolder;
const servers: { close(): void; closeAllConnections(): void }[] = [];
beforeAll(async () => {
  folder = await tempFolder('gcs-transport');
});
afterAll(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await folder.remove();
});

async function listen(handle: RequestListener, tls?: { key: Buffer; cert: Buffer }) {
  const server = tls ? createSecureServer(tls, handle) : createServer(handle);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP port');
  return tls ? `https://localhost:${address.port}` : `http://127.0.0.1:${address.port}`;
}

const open = (endpoint: string, env = {}) =>
  GcsStore.open(
    new URL(`gs://backups?endpoint=${encodeURIComponent(endpoint)}`),
    { patienceMs: 2_000 },
    { HOME: folder.path, ...env },
  );

test('a large object passes in parts: what is held does not grow with it', async () => {
  let received = 0;
  // Takes everything and keeps nothing.
  const endpoint = await listen(async (request, response) => {
    for await (const chunk of request) received += chunk.byteLength;
    const range = request.headers['content-range'] ?? '';
    const host = `http://${request.headers.host}`;
    if (range === '') response.setHeader('location', `${host}/upload?upload_id=1`).end('{}');
    else if (!range.endsWith('*')) response.end(JSON.stringify(OBJECT));
    else {
      const [, last] = /-(\d+)/.exec(range) ?? [];
      response.writeHead(308, { range: `bytes=0-${last}` }).end();
    }
  });
  const store = open(endpoint);
  const size = 256 * MIB;
  let most = 0;
  const body = async function* () {
    const chunk = content(MIB);
    for (let sent = 0; sent < size; sent += MIB) {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
      yield chunk;
    }
  };
  const before = process.memoryUsage().arrayBuffers;
  await store.put('data/x', body());
  await store.close();
  expect(received).toBeGreaterThanOrEqual(size);
  expect(most - before).toBeLessThan(120 * MIB);
});

describe('tokens', () => {
  test('go to https alone, and one that is refused is replaced once', async () => {
    const account = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const certificate = await serverCertificate(folder.path, account, 'DNS:localhost');
    setDefaultCACertificates([...getCACertificates('default'), certificate]);
    const [key, cert] = await Promise.all(
      ['server.key', 'server.crt'].map((name) => readFile(join(folder.path, name))),
    );
    if (!key || !cert) throw new Error('no certificate');
    let given = 0;
    const seen: (string | undefined)[] = [];
    const secure = await listen(
      async (request, response) => {
        for await (const _ of request);
        const { authorization } = request.headers;
        seen.push(authorization);
        if (authorization === 'Bearer token-1') response.writeHead(401).end();
        else response.end(JSON.stringify(OBJECT));
      },
      { key, cert },
    );
    const tokens = await listen(async (request, response) => {
      for await (const _ of request);
      given += 1;
      response.end(JSON.stringify({ access_token: `token-${given}`, expires_in: 3600 }));
    });
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const path = join(folder.path, 'key.json');
    await writeFile(
      path,
      JSON.stringify({
        type: 'service_account',
        client_email: 'backup@project.iam.gserviceaccount.com',
        private_key: privateKey,
        token_uri: `${tokens}/token`,
      }),
    );
    const store = open(secure, { GOOGLE_APPLICATION_CREDENTIALS: path });
    expect(await store.head('data/x')).toMatchObject({ key: 'data/x', size: 1 });
    expect(await store.head('data/x')).toMatchObject({ size: 1 });
    expect(seen).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
    await store.close();

    const clear: (string | undefined)[] = [];
    const plain = await listen((request, response) => {
      clear.push(request.headers.authorization);
      response.end(JSON.stringify(OBJECT));
    });
    const emulated = open(plain, { GOOGLE_APPLICATION_CREDENTIALS: path });
    await emulated.head('data/x');
    expect(clear).toEqual([undefined]);
    expect(given).toBe(2);
    await emulated.close();
  });
});

test('a connection on which nothing moves is given up, and the request repeated', async () => {
  let count = 0;
  const endpoint = await listen((_request, response) => {
    count += 1;
    if (count > 1) response.end(JSON.stringify(OBJECT));
  });
  const store = GcsStore.open(
    new URL(`gs://backups?endpoint=${encodeURIComponent(endpoint)}`),
    { idleTimeoutMs: 200, patienceMs: 20_000 },
    {},
  );
  expect(await store.head('data/x')).toMatchObject({ size: 1 });
  // More often where this machine lets the second answer wait as long.
  expect(count).toBeGreaterThanOrEqual(2);
  await store.close();
});

test('a download that breaks goes on at the byte where it ended, on the same generation', async () => {
  const bytes = content(300_000);
  const asked: string[] = [];
  const endpoint = await listen((request, response) => {
    const [, from = '0'] = /bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    asked.push(`${from} ${new URL(request.url ?? '', 'http://x').searchParams.get('generation')}`);
    const rest = bytes.subarray(Number(from));
    response.writeHead(from === '0' ? 200 : 206, {
      'content-length': String(rest.byteLength),
      'x-goog-generation': '7',
    });
    if (asked.length > 2) return void response.end(rest);
    response.write(rest.subarray(0, 100_000), () => response.destroy());
  });
  const store = open(endpoint);
  const parts: Buffer[] = [];
  for await (const part of await store.get('data/x')) parts.push(part);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect(asked.length).toBeGreaterThanOrEqual(3);
  expect(asked[0]).toBe('0 null');
  expect(asked.slice(1).every((one) => one.endsWith(' 7'))).toBe(true);
  await store.close();
});

test('an answer that breaks in the middle is asked for again', async () => {
  const text = JSON.stringify({ ...OBJECT, items: [OBJECT], prefixes: ['data/'] });
  let whole = false;
  const endpoint = await listen((_request, response) => {
    if (whole) return void response.end(text);
    whole = true;
    response.writeHead(200, { 'content-length': String(text.length) });
    response.write(text.slice(0, 20), () => response.destroy());
  });
  const store = open(endpoint);
  const calls = {
    head: () => store.head('data/x'),
    list: () => collect(store.list('')),
    listNames: () => collect(store.listNames('')),
    isHeld: () => store.holds.isHeld('data/x'),
    release: async () => (await store.holds.release('data/x')) ?? 'released',
    put: () => store.put('data/x', stream(content(1))),
  };
  for (const call of Object.values(calls)) {
    whole = false;
    expect(await call()).toBeDefined();
    expect(whole).toBe(true);
  }
  await store.close();
});

test('of a download whose length is not told, the end is what the server says it is', async () => {
  const bytes = content(300_000);
  let count = 0;
  const endpoint = await listen((request, response) => {
    count += 1;
    const [, from = '0'] = /bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
    response.writeHead(from === '0' ? 200 : 206, { 'x-goog-generation': '7' });
    if (count > 1) return void response.end(bytes.subarray(Number(from)));
    response.write(bytes.subarray(0, 100_000), () => response.destroy());
  });
  const store = open(endpoint);
  const parts: Buffer[] = [];
  for await (const part of await store.get('data/x')) parts.push(part);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect(count).toBe(2);
  await store.close();
});

test('a server that takes nothing of a piece is asked until patience ends, and not without a pause', async () => {
  let count = 0;
  const endpoint = await listen(async (request, response) => {
    for await (const _ of request);
    if (request.method === 'DELETE') return void response.writeHead(499).end();
    if (request.method === 'POST') {
      const location = `http://${request.headers.host}/upload?upload_id=1`;
      return void response.setHeader('location', location).end('{}');
    }
    count += 1;
    // Endless without a pause: so that the test ends.
    if (count > 500) response.writeHead(400).end();
    else response.writeHead(308).end();
  });
  const store = open(endpoint);
  const put = store.put('data/x', stream(content(9 * MIB)));
  await expect(put).rejects.toThrow(StoreUnavailableError);
  expect(count).toBeLessThan(100);
  await store.close();
});

test('what is no answer of Google is told', async () => {
  const endpoint = await listen((_request, response) => response.end('<html>'));
  const store = open(endpoint);
  await expect(store.head('data/x')).rejects.toThrow(/is not that of Google Cloud Storage/);
  await expect(store.check()).rejects.toThrow(/began no upload/);
  await expect(store.put('data/x', stream(content(1)))).rejects.toThrow(/check the endpoint/);
  await store.close();
});
