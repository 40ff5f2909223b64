import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { ETCD, KUBE_APISERVER } from './kubernetes-api-install.ts';
import { tempFolder } from './temp-folder.ts';

const HOST = '127.0.0.1';
const ADMIN_TOKEN = 'tidemark-test';
const READY_WITHIN_MS = 60_000;

export interface KubernetesApi {
  readonly host: string;
  readonly port: number;
  /** Certificate authority of the server. */
  readonly ca: string;
  /** Token of the cluster's administrator. */
  readonly administrator: string;
  /** One request as the cluster's administrator; the answer's object. @throws on a status from 300 on */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** `kubectl apply --server-side`: a field that the server does not know is an error. */
  apply(path: string, object: unknown): Promise<unknown>;
  /** A token of a service account as pods get them, bound to the access rules of that account. */
  token(namespace: string, account: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts an API server with access rules (RBAC) in force, on free ports, with its data in a temporary folder. */
export async function startKubernetesApi(): Promise<KubernetesApi> {
  await access(KUBE_APISERVER).catch((cause) => {
    throw new Error(`no API server at ${KUBE_APISERVER}; run \`npm run servers\``, { cause });
  });
  const folder = await tempFolder('kubernetes');
  const file = (name: string) => join(folder.path, name);
  const [port, clients, peers] = [await freePort(), await freePort(), await freePort()];
  await mkdir(file('certs'));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(file('sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }));
  await writeFile(file('tokens.csv'), `${ADMIN_TOKEN},admin,1,"system:masters"\n`);

  const etcd = start(ETCD, {
    'data-dir': file('etcd'),
    'listen-client-urls': `http://${HOST}:${clients}`,
    'advertise-client-urls': `http://${HOST}:${clients}`,
    'listen-peer-urls': `http://${HOST}:${peers}`,
    'initial-advertise-peer-urls': `http://${HOST}:${peers}`,
    'initial-cluster': `default=http://${HOST}:${peers}`,
    'unsafe-no-fsync': 'true',
  });
  const server = start(KUBE_APISERVER, {
    'etcd-servers': `http://${HOST}:${clients}`,
    'bind-address': HOST,
    'advertise-address': HOST,
    'secure-port': String(port),
    'cert-dir': file('certs'),
    'token-auth-file': file('tokens.csv'),
    'authorization-mode': 'RBAC',
    'service-account-issuer': 'https://tidemark.test',
    'service-account-key-file': file('sa.key'),
    'service-account-signing-key-file': file('sa.key'),
    'service-cluster-ip-range': '10.0.0.0/24',
  });
  const stop = async () => {
    for (const { child } of [server, etcd]) await end(child);
    await folder.remove();
  };
  try {
    const ca = await ready(port, file('certs/apiserver.crt'), server);
    const call = (method: string, path: string, body?: unknown) =>
      send({ port, ca, method, path, body });
    return {
      ...{ host: HOST, port, ca, administrator: ADMIN_TOKEN, call, stop },
      apply: (path, body) =>
        send({ port, ca, method: 'PATCH', path, body, type: 'application/apply-patch+yaml' }),
      async token(namespace, account) {
        const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
        const answer = await call('POST', path, {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { expirationSeconds: 3600 },
        });
        return (answer as { status: { token: string } }).status.token;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Program {
  readonly child: ChildProcess;
  output: string;
}

function start(program: string, flags: Readonly<Record<string, string>>): Program {
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  const started: Program = {
    child: spawn(program, args, {
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
    output: '',
  };
  for (const stream of [started.child.stdout, started.child.stderr]) {
    stream?.on('data', (chunk) => {
      started.output = `${started.output}${chunk}`.slice(-4000);
    });
  }
  return started;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Waits until everything that the server prepares by itself is there; returns its certificates. */
async function ready(port: number, certificates: string, server: Program): Promise<string> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      const ca = await readFile(certificates, 'utf8');
      await send({ port, ca, method: 'GET', path: '/readyz' });
      return ca;
    } catch (error) {
      if (Date.now() > deadline || server.child.exitCode !== null) {
        throw new Error(`the API server does not start:\n${server.output}`, { cause: error });
      }
      await delay(100);
    }
  }
}

interface Call {
  readonly port: number;
  readonly ca: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Default: what `kubectl` sends with the method. */
  readonly type?: string;
}

async function send({
  port,
  ca,
  method,
  path,
  body,
  type = typeOf(method),
}: Call): Promise<unknown> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': type };
  const call = request({ host: HOST, port, method, path, ca, headers });
  call.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(call, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  if (response.statusCode >= 300) {
    throw new Error(`${method} ${path} was answered with ${response.statusCode}: ${text}`);
  }
  return text.startsWith('{') ? JSON.parse(text) : text;
}

/** What `kubectl patch` and Kustomize do: lists are joined by the names of their items. */
const typeOf = (method: string): string =>
  method === 'PATCH' ? 'application/strategic-merge-patch+json' : 'application/json';
