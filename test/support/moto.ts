import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { BucketLocationConstraint, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.ts';
import { MOTO, MOTO_PYTHON } from './moto-install.ts';

const READY_WITHIN_MS = 60_000;

export interface MotoServer {
  readonly host: string;
  readonly port: number;
  /** Endpoint of every service and region, `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For child processes: endpoint, region and credentials, as the SDK takes them. */
  readonly env: Readonly<Record<string, string>>;
  /** A client that its caller destroys. */
  s3(): S3Client;
  createBucket(name: string): Promise<void>;
  /** Store URL of a bucket, or of a prefix in it; `endpoint` may be a proxy's. */
  url(bucket: string, options?: { readonly prefix?: string; readonly endpoint?: string }): string;
  /** Forgets everything, in every service and region. */
  reset(): Promise<void>;
  /** How the states of a resource go on from now on, also after a reset. */
  transition(transition: Transition): Promise<void>;
  stop(): Promise<void>;
}

interface Transition {
  readonly model_name: string;
  readonly transition:
    | { readonly progression: 'immediate' }
    /** A step each time that it was looked at so often. */
    | { readonly progression: 'manual'; readonly times: number };
}

const THAW = 's3::keyrestore';
/** What is thawed can be read at once. */
export const THAWED_AT_ONCE: Transition = {
  model_name: THAW,
  transition: { progression: 'immediate' },
};
/** It can be read after it was looked at so many times since the thaw was asked for. */
export const thawedAfter = (looks: number): Transition => ({
  model_name: THAW,
  transition: { progression: 'manual', times: looks },
});

export interface MotoOptions {
  /** Whether the managed policies of AWS exist, which takes longer to start. @default false */
  readonly managedPolicies?: boolean;
}

/** Starts Moto on a free port of 127.0.0.1. It keeps everything in memory. */
export async function startMoto({
  managedPolicies = false,
}: MotoOptions = {}): Promise<MotoServer> {
  if (!(await MOTO.present())) throw new Error(`no ${MOTO.name}; run \`npm run servers\``);
  const host = '127.0.0.1';
  const port = await freePort();
  const endpoint = `http://${host}:${port}`;
  const region = BucketLocationConstraint.eu_central_1;
  const credentials = { accessKeyId: 'tidemark-test', secretAccessKey: 'tidemark-test-secret' };
  const args = ['-m', 'moto.server', '-H', host, '-p', `${port}`];
  const child = spawn(MOTO_PYTHON, args, {
    env: {
      PATH: process.env.PATH,
      AWS_DEFAULT_REGION: region,
      ...(managedPolicies && { MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await ready(child, endpoint);

  const s3 = () => new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const post = async (path: string, body?: unknown): Promise<void> => {
    const url = `${endpoint}/moto-api/${path}`;
    const response = await fetch(url, {
      method: 'POST',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  };
  return {
    ...{ host, port, endpoint, region, credentials },
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    s3,
    async createBucket(Bucket) {
      const client = s3();
      const CreateBucketConfiguration = { LocationConstraint: region };
      await client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
      client.destroy();
    },
    url: (bucket, { prefix = '', endpoint: at = endpoint } = {}) =>
      `s3://${bucket}/${prefix}?region=${region}&endpoint=${encodeURIComponent(at)}`,
    reset: () => post('reset'),
    transition: (transition) => post('state-manager/set-transition', transition),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function ready(child: ChildProcess, endpoint: string): Promise<void> {
  let output = '';
  // Read to the end: a full pipe would stop the server.
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-4000);
    });
  }
  const deadline = Date.now() + READY_WITHIN_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const healthy = await fetch(`${endpoint}/moto-api/data.json`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(100);
  }
  child.kill('SIGKILL');
  throw new Error(`Moto did not start on ${endpoint}: ${output.trim()}`);
}
