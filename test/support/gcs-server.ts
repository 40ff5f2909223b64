import { access, mkdir } from 'node:fs/promises';
import { z } from 'zod';
import { freePort } from './free-port.ts';
import { ServerProcess } from './server-process.ts';
import { FAKE_GCS } from './servers.ts';
import { tempFolder } from './temp-folder.ts';

export interface GcsServer {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  createBucket(name: string, options?: { readonly versioning?: boolean }): Promise<void>;
  /** As a lifecycle or a person does it: where the bucket keeps versions, it only hides. */
  deleteObject(bucket: string, key: string): Promise<void>;
  /** Every version of every object, as Google tells them. */
  objects(bucket: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

const listSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())).default([]) });

/** Starts fake-gcs-server on a free port of 127.0.0.1 with its data in memory. */
export async function startGcs(): Promise<GcsServer> {
  await access(FAKE_GCS).catch((cause) => {
    throw new Error(`no fake-gcs-server at ${FAKE_GCS}; run \`npm run servers\``, { cause });
  });
  const folder = await tempFolder('gcs');
  await mkdir(`${folder.path}/home`);
  const host = '127.0.0.1';
  const port = await freePort();
  const endpoint = `http://${host}:${port}`;
  const account = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const flags = ['-backend', 'memory', '-scheme', 'http', '-host', host, '-port', String(port)];
  const server = new ServerProcess({
    program: FAKE_GCS,
    args: [...flags, '-log-level', 'error', '-data', `${folder.path}/home`],
    account,
    folder: folder.path,
  });
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${endpoint}/storage/v1/b${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  await server.start(() => ask('?project=test'));
  return {
    ...{ host, port, endpoint },
    async createBucket(name, { versioning = false } = {}) {
      await ask('?project=test', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, versioning: { enabled: versioning } }),
      });
    },
    async deleteObject(bucket, key) {
      await ask(`/${bucket}/o/${encodeURIComponent(key)}`, { method: 'DELETE' });
    },
    async objects(bucket) {
      const { items } = listSchema.parse(await (await ask(`/${bucket}/o?versions=true`)).json());
      return items;
    },
    async stop() {
      await server.end('SIGTERM');
      await folder.remove();
    },
  };
}
