import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LockError, LockHeldError } from '../../../lib/lock/errors.ts';
import type { ClusterAccess } from '../../../lib/lock/kubernetes-api.ts';
import { acquireLease } from '../../../lib/lock/lease.ts';
import type { HeldLock } from '../../../lib/lock/lock.ts';
import { type KubernetesApi, startKubernetesApi } from '../../support/kubernetes-api.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const NAMESPACE = 'shop';
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`;
/** Short, so that a lost Lease is seen soon; renewed four times in its time. */
const TIMING = { durationSeconds: 4, renewEveryMs: 1000 };

let api: KubernetesApi;
let folder: TempFolder;
let count = 0;
let name: string;

/** What a pod of this service account is given. */
async function podAccess(account: string, port = api.port): Promise<ClusterAccess> {
  const mounted = join(folder.path, `${account}-${count}-${port}`);
  await mkdir(mounted, { recursive: true });
  await writeFile(join(mounted, 'token'), await api.token(NAMESPACE, account));
  await writeFile(join(mounted, 'ca.crt'), api.ca);
  await writeFile(join(mounted, 'namespace'), NAMESPACE);
  return { host: api.host, port, folder: mounted };
}

interface Lease {
  spec: { holderIdentity: string; renewTime: string };
}
const lease = async () => (await api.call('GET', `${LEASES}/${name}`)) as Lease;

/** Resolves when the lock is lost. */
async function lost(lock: HeldLock): Promise<Error> {
  const deadline = Date.now() + 15_000;
  while (!lock.signal.aborted) {
    if (Date.now() > deadline) throw new Error('the loss was not noticed');
    await delay(50);
  }
  return lock.signal.reason;
}

beforeAll(async () => {
  folder = await tempFolder('lease');
  api = await startKubernetesApi();
  await api.call('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  for (const account of ['runner', 'stranger']) {
    await api.call('POST', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account },
    });
  }
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  const names = Array.from({ length: 20 }, (_, index) => `lease-${index + 1}`);
  await api.call('POST', `${rbac}/roles`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'lease' },
    rules: [
      { ...leases, resourceNames: names, verbs: ['get', 'update'] },
      { ...leases, verbs: ['create'] },
    ],
  });
  await api.call('POST', `${rbac}/rolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'lease' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'lease' },
    subjects: [{ kind: 'ServiceAccount', name: 'runner', namespace: NAMESPACE }],
  });
});

afterAll(async () => {
  await api?.stop();
  await folder?.remove();
});

beforeEach(() => {
  count += 1;
  name = `lease-${count}`;
});

describe('lease', () => {
  test('refuses a second run, saying who holds it since when, until the first releases', async () => {
    const access = await podAccess('runner');
    const first = await acquireLease(name, access);
    const { holderIdentity } = (await lease()).spec;
    const refusal = acquireLease(name, access);
    await expect(refusal).rejects.toThrow(LockHeldError);
    await expect(refusal).rejects.toThrow(
      new RegExp(`holds the Lease ${name} since \\d{4}-.*Z as ${holderIdentity}; wait until`),
    );
    await first.release();
    const second = await acquireLease(name, access);
    expect((await lease()).spec.holderIdentity).not.toBe(holderIdentity);
    await second.release();
  });

  test('is taken by exactly one of many that ask at once, also when it exists already', async () => {
    const access = await podAccess('runner');
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.allSettled(
        Array.from({ length: 10 }, () => acquireLease(name, access)),
      );
      const held = answers.filter((answer) => answer.status === 'fulfilled');
      expect(held).toHaveLength(1);
      for (const answer of answers) {
        if (answer.status === 'rejected') expect(answer.reason).toBeInstanceOf(LockHeldError);
      }
      await held[0]?.value.release();
    }
  });

  test('is renewed while it is held, for longer than it lasts', async () => {
    const access = await podAccess('runner');
    const lock = await acquireLease(name, access, TIMING);
    const first = Date.parse((await lease()).spec.renewTime);
    const deadline = Date.now() + 15_000;
    while (Date.parse((await lease()).spec.renewTime) < first + 5000) {
      if (Date.now() > deadline) throw new Error('the Lease was not renewed');
      await delay(100);
    }
    await expect(acquireLease(name, access)).rejects.toThrow(LockHeldError);
    expect(lock.signal.aborted).toBe(false);
    await lock.release();
  });

  test('of a holder that is gone is taken over once it has run out, not before', async () => {
    const access = await podAccess('runner');
    const now = Date.now();
    await api.call('POST', LEASES, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name },
      spec: {
        holderIdentity: 'gone',
        leaseDurationSeconds: 3,
        acquireTime: new Date(now).toISOString().replace('Z', '000Z'),
        renewTime: new Date(now).toISOString().replace('Z', '000Z'),
      },
    });
    await expect(acquireLease(name, access)).rejects.toThrow('as gone');
    const deadline = now + 15_000;
    let lock: HeldLock | undefined;
    while (!lock) {
      if (Date.now() > deadline) throw new Error('the Lease did not run out');
      lock = await acquireLease(name, access).catch((error) => {
        if (!(error instanceof LockHeldError)) throw error;
        return undefined;
      });
      await delay(100);
    }
    expect(Date.now() - now).toBeGreaterThanOrEqual(3000);
    await lock.release();
  });

  test('that somebody else took fires the signal, and is not given away by the release', async () => {
    const access = await podAccess('runner');
    const lock = await acquireLease(name, access, TIMING);
    const taken = await lease();
    taken.spec.holderIdentity = 'somebody else';
    await api.call('PUT', `${LEASES}/${name}`, taken);
    expect((await lost(lock)).message).toContain(
      `${name} was lost: another run took it: somebody else has it`,
    );
    await lock.release();
    expect((await lease()).spec.holderIdentity).toBe('somebody else');
  });

  test('that was written although no answer came is still held', async () => {
    const access = await podAccess('runner');
    const lock = await acquireLease(name, access, TIMING);
    // What the server keeps after such a request: the same holder, another version.
    const written = await lease();
    const renewTime = new Date().toISOString().replace('Z', '000Z');
    await api.call('PUT', `${LEASES}/${name}`, {
      ...written,
      spec: { ...written.spec, renewTime },
    });
    const deadline = Date.now() + 15_000;
    while ((await lease()).spec.renewTime === renewTime) {
      if (Date.now() > deadline || lock.signal.aborted) throw new Error('the Lease was lost');
      await delay(50);
    }
    expect(lock.signal.aborted).toBe(false);
    await lock.release();
    expect((await lease()).spec.holderIdentity).toBe('');
  });

  test('that is deleted fires the signal', async () => {
    const lock = await acquireLease(name, await podAccess('runner'), TIMING);
    await api.call('DELETE', `${LEASES}/${name}`);
    expect((await lost(lock)).message).toContain('somebody deleted it');
    await lock.release();
  });

  test('that cannot be renewed fires the signal before it runs out', async () => {
    const proxy = await TcpProxy.start({ host: api.host, port: api.port });
    try {
      const lock = await acquireLease(name, await podAccess('runner', proxy.port), TIMING);
      proxy.refuse();
      proxy.cut();
      const reason = await lost(lock);
      expect(reason).toBeInstanceOf(LockError);
      const { renewTime } = (await lease()).spec;
      expect(Date.now()).toBeLessThan(Date.parse(renewTime) + TIMING.durationSeconds * 1000);
      await lock.release();
    } finally {
      proxy.stop();
    }
  });

  test('reads the token again for every request, because it is replaced while a run lasts', async () => {
    const access = await podAccess('runner');
    const lock = await acquireLease(name, access, TIMING);
    const token = join(access.folder, 'token');
    const good = await readFile(token, 'utf8');
    await writeFile(token, 'expired');
    expect((await lost(lock)).message).toContain('HTTP 401');
    await writeFile(token, good);
    await lock.release();
  });

  test('is refused without the right to it, saying what to apply', async () => {
    await expect(acquireLease(name, await podAccess('stranger'))).rejects.toThrow(
      `the service account may not use the Lease ${name} (HTTP 403); apply the Role`,
    );
  });

  test('is refused where no token is mounted', async () => {
    const access = { host: api.host, port: api.port, folder: join(folder.path, 'nothing') };
    await expect(acquireLease(name, access)).rejects.toThrow('automountServiceAccountToken');
  });
});
