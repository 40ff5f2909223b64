import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DeleteObjectsCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { type PostgresServer, startPostgres } from '../../test/support/postgres-server.ts';
import { type S3Server, startS3 } from '../../test/support/s3-server.ts';
import { tempFolder } from '../../test/support/temp-folder.ts';

/** What everybody works on: one server with data, one store that is reached over TLS. */
export interface Stage {
  readonly server: PostgresServer;
  readonly s3: S3Server;
  /** Of the server's account, which everybody runs as who works beside the server. */
  readonly folder: string;
  /** Credentials, region and authority for every client of the store, and the password of the server. */
  readonly env: Readonly<Record<'AWS_CA_BUNDLE' | 'PGPASSWORD', string>>;
  /** From now on the server archives like this; the setting takes effect at once. */
  archiveWith(command: string): Promise<void>;
  /** Keys in a bucket, in their order. */
  keys(bucket: string): Promise<string[]>;
  /** Removes everything in a bucket. */
  clear(bucket: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes pgbench's tables of about so many GiB. The peers of Debian 12 know no server behind 15. */
export async function setStage(gib: number): Promise<Stage> {
  const resources = new AsyncDisposableStack();
  try {
    const folder = await tempFolder('bench');
    resources.defer(() => folder.remove());
    // What is restored runs as another user, which has to get through.
    await chmod(folder.path, 0o755);
    const server = await startPostgres({
      version: 15,
      // biome-ignore format: one setting and its value each
      settings: { fsync: 'on', shared_buffers: "'512MB'", max_wal_size: "'4GB'",
        archive_mode: 'on', archive_command: "'true'" },
    });
    resources.defer(() => server.dispose());
    const own = join(folder.path, 'own');
    await mkdir(own);
    await chown(own, server.uid, server.gid);
    await fill(server, gib);
    const s3 = await startS3({ tls: true });
    resources.defer(() => s3.stop());
    // The server's account does not get to where the store runs.
    const ca = join(own, 'ca.crt');
    await copyFile(String(s3.caFile), ca);
    return { ...stage(server, s3, own, ca), [Symbol.asyncDispose]: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

/** pgbench's scale for a GiB. */
const SCALE_PER_GIB = 68;

async function fill({ address, binDir, sql }: PostgresServer, gib: number): Promise<void> {
  const scale = Math.max(1, Math.round(gib * SCALE_PER_GIB));
  await promisify(execFile)(
    join(binDir, 'pgbench'),
    // biome-ignore format: one option and its value each
    ['-i', '-q', '-s', String(scale), '-h', address.host, '-p', String(address.port), '-U',
      address.user, address.database],
    { env: { ...process.env, PGPASSWORD: address.password } },
  );
  await sql('CHECKPOINT');
}

function stage(server: PostgresServer, s3: S3Server, folder: string, ca: string) {
  const list = async (bucket: string) => {
    const found: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(s3, { Bucket: bucket })) {
      found.push(...Contents.map(({ Key = '' }) => Key));
    }
    return found;
  };
  return {
    ...{ server, s3, folder, keys: list },
    env: {
      ...s3.env,
      AWS_DEFAULT_REGION: s3.region,
      AWS_CA_BUNDLE: ca,
      NODE_EXTRA_CA_CERTS: ca,
      AWS_EC2_METADATA_DISABLED: 'true',
      PGPASSWORD: server.address.password,
    },
    archiveWith: async (command: string) => {
      await server.sql(`ALTER SYSTEM SET archive_command = '${command.replaceAll("'", "''")}'`);
      await server.sql('SELECT pg_reload_conf()');
    },
    clear: async (bucket: string) => {
      for (;;) {
        const keys = (await list(bucket)).slice(0, 1000);
        if (keys.length === 0) return;
        const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
        await s3.client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }));
      }
    },
  };
}
