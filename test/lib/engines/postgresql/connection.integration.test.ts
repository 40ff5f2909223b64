import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { connectSql, type ServerAddress } from '../../../../lib/engines/postgresql/connection.ts';
import { backupLogical } from '../../../../lib/engines/postgresql/logical/logical-backup.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import { logicalRun } from '../../../support/logical-source.ts';
import { serverAccount, serverCertificate } from '../../../support/postgres-install.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

const VERSION = 17;

let folder: TempFolder;
let server: PostgresServer;
/** Of somebody else, for the same address. */
let foreign: { readonly key: Buffer; readonly cert: string };

beforeAll(async () => {
  folder = await tempFolder('connection');
  server = await startPostgres({
    ...{ version: VERSION, tls: true },
    settings: { password_encryption: "'scram-sha-256'" },
  });
  const cert = await serverCertificate(folder.path, await serverAccount());
  foreign = { key: await readFile(join(folder.path, 'server.key')), cert };
});
afterAll(async () => {
  await server?.dispose();
  await folder?.remove();
});

/** Whether the connection is encrypted, as the server sees it. */
async function encrypted(address: ServerAddress): Promise<unknown> {
  const client = await connectSql(address);
  try {
    const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return rows[0]?.ssl;
  } finally {
    await client.end();
  }
}

test('verify-full takes the certificate of its authority for its name, and no other one', async () => {
  const { address } = server;
  expect(await encrypted(address)).toBe(true);
  await expect(encrypted({ ...address, ca: foreign.cert })).rejects.toThrow(
    /certificate.*; give the authority's certificate/,
  );
  const { ca: _, ...withoutCa } = address;
  await expect(encrypted(withoutCa)).rejects.toThrow(/give the authority's certificate/);
  await expect(encrypted({ ...address, host: 'localhost' })).rejects.toThrow(/altnames/);
});

test('a dump is taken over TLS with the same authority', async () => {
  const run = logicalRun(await openStore(`file://${join(folder.path, 'store')}`), VERSION);
  const { address, binDir } = server;
  const options = { address, binDir };
  expect(await backupLogical(run, options)).toMatchObject({ kind: 'logical' });
  await expect(
    backupLogical(run, { ...options, address: { ...address, ca: foreign.cert } }),
  ).rejects.toThrow(/certificate/);
  await run.store.close();
});

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Ends TLS with a certificate of its own, and speaks TLS with the server: sees and passes on everything. */
async function startInTheMiddle(upstream: ServerAddress) {
  const sockets: Socket[] = [];
  const listener = createServer(async (client) => {
    const behind = connect(upstream.port, upstream.host);
    sockets.push(client, behind);
    for (const socket of [client, behind]) socket.on('error', () => undefined);
    const [asked, agreed] = [once(client, 'data'), once(behind, 'data')];
    behind.write(SSL_REQUEST);
    await Promise.all([asked, agreed]);
    client.pause();
    const toClient = new TLSSocket(client, { isServer: true, ...foreign });
    const toServer = connectTls({ socket: behind, rejectUnauthorized: false });
    client.write('S');
    for (const socket of [toClient, toServer]) socket.on('error', () => undefined);
    toClient.pipe(toServer).pipe(toClient);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    stop: () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test('a password is no use to somebody in between, even where no certificate is checked', async () => {
  const { ca: _, ...address } = server.address;
  const unchecked: ServerAddress = { ...address, tls: 'require' };
  expect(await encrypted(unchecked)).toBe(true);
  const middle = await startInTheMiddle(server.address);
  try {
    await expect(encrypted({ ...unchecked, port: middle.port })).rejects.toThrow(
      /cannot connect to PostgreSQL/,
    );
    expect(await server.log()).toMatch(/channel binding/i);
  } finally {
    middle.stop();
  }
});
