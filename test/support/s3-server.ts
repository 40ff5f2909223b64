import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.ts';
import { serverCertificate } from './postgres-install.ts';
import { MINIO } from './servers.ts';
import { tempFolder } from './temp-folder.ts';

const READY_WITHIN_MS = 30_000;

export interface BucketOptions {
  readonly versioning?: boolean;
  /** Implies versioning. */
  readonly objectLock?: boolean;
}

export interface S3Server {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:<port>`, or `https://localhost:<port>`. */
  readonly endpoint: string;
  /** PEM file of the authority that clients have to trust; undefined without TLS. */
  readonly caFile: string | undefined;
  /** Requests signed for any other region are refused. */
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** For child processes: the variables from which the SDK takes its credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** To look at what a store left on the server. */
  readonly client: S3Client;
  /** Store URL of a bucket, or of a prefix in it; `endpoint` may be a proxy's. */
  url(bucket: string, endpoint?: string): string;
  createBucket(name: string, options?: BucketOptions): Promise<void>;
  /** Ends the server as a power failure would (kill -9); its data stays. */
  crash(): Promise<void>;
  /** Starts it again on the same port with the same data, unless it runs. */
  start(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

interface S3Options {
  /** With a certificate for `localhost`, which this process trusts from then on. */
  readonly tls?: boolean;
}

/** Starts MinIO on a free port of 127.0.0.1 with its data in a temporary folder. */
export async function startS3({ tls = false }: S3Options = {}): Promise<S3Server> {
  await access(MINIO).catch((cause) => {
    throw new Error(`no MinIO at ${MINIO}; run \`npm run servers\``, { cause });
  });
  const folder = await tempFolder('s3');
  const host = '127.0.0.1';
  const port = await freePort();
  const certificates = join(folder.path, 'certs');
  const caFile = tls ? await trustedCertificate(certificates) : undefined;
  const endpoint = tls ? `https://localhost:${port}` : `http://${host}:${port}`;
  const region = 'eu-central-1';
  const credentials = { accessKeyId: 'tidemark-test', secretAccessKey: 'tidemark-test-secret' };
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  let child: ChildProcess | undefined;

  const running = () => child && child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals) => {
    if (!child || !running()) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const start = async () => {
    if (running()) return;
    const args = ['server', '--quiet', '--address', `${host}:${port}`];
    child = spawn(MINIO, [...args, '--certs-dir', certificates, join(folder.path, 'data')], {
      env: {
        HOME: folder.path,
        MINIO_ROOT_USER: credentials.accessKeyId,
        MINIO_ROOT_PASSWORD: credentials.secretAccessKey,
        MINIO_SITE_REGION: region,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await ready(child, endpoint);
  };

  await start();
  return {
    ...{ host, port, endpoint, caFile, region, ...credentials, client, start },
    env: {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    url: (bucket, at = endpoint) =>
      `s3://${bucket}?region=${region}&endpoint=${encodeURIComponent(at)}`,
    async createBucket(name, options = {}) {
      const { versioning = false, objectLock = false } = options;
      await client.send(
        new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: objectLock }),
      );
      if (!versioning || objectLock) return;
      const configuration = { Status: 'Enabled' } as const;
      await client.send(
        new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: configuration }),
      );
    },
    crash: () => end('SIGKILL'),
    async stop() {
      client.destroy();
      await end('SIGTERM');
      await folder.remove();
    },
  };
}

/** Puts the server's certificate where MinIO looks for it; returns its file. */
async function trustedCertificate(folder: string): Promise<string> {
  await mkdir(folder);
  const account = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const certificate = await serverCertificate(folder, account, 'DNS:localhost,IP:127.0.0.1');
  await copyFile(join(folder, 'server.key'), join(folder, 'private.key'));
  const caFile = join(folder, 'public.crt');
  await copyFile(join(folder, 'server.crt'), caFile);
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
  return caFile;
}

async function ready(child: ChildProcess, endpoint: string): Promise<void> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4000);
    });
  }
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const healthy = await fetch(`${endpoint}/minio/health/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`MinIO did not start on ${endpoint}: ${output.trim()}`);
}
