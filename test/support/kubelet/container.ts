import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from './cgroup.ts';

const STARTED_WITHIN_MS = 30_000;

export interface Exit {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The kernel ended a process of it, because the limit of memory was reached. */
  readonly outOfMemory: boolean;
}

export interface Container {
  readonly exit: Promise<Exit>;
  /** What it has written so far. */
  readonly output: Readonly<Record<'stdout' | 'stderr', string>>;
  readonly limits: Limits;
  /** Runs a command beside it, as exec probes are. */
  exec(command: readonly string[], timeoutSeconds: number): Promise<Exit>;
  /** What a kubelet sends first: SIGTERM to the first process. */
  terminate(): Promise<void>;
  kill(): void;
}

export interface ContainerOptions {
  /** Process whose mounts it starts with. */
  readonly sandbox: number;
  /** Makes its root; see root-script.ts. */
  readonly root: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number; readonly groups: readonly number[] };
  readonly capabilities: boolean;
  readonly newPrivileges: boolean;
  readonly limits: Limits;
}

/** Becomes the container's user, without any right that its manifest takes away; and leaves nothing of the shell behind. */
function asUser({ user, capabilities, newPrivileges }: ContainerOptions): string[] {
  const groups = [...new Set([user.gid, ...user.groups])];
  return [
    'setpriv',
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    `--groups=${groups.join(',')}`,
    ...(capabilities ? [] : ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all']),
    ...(newPrivileges ? [] : ['--no-new-privs']),
    ...['env', '-u', 'PWD', '-u', 'OLDPWD'],
  ];
}

const join = ({ joinFiles }: Limits): string =>
  joinFiles.map((file) => `echo 0 > '${file}'`).join(' && ');

/** Starts it as a runtime of containers does: namespaces, a root of its own, limits, then the command as process 1. */
export function startContainer(options: ContainerOptions): Container {
  const { sandbox, root, command, limits, env } = options;
  const inside = `${root}\nexec "$@"`;
  // biome-ignore format: a command line and what it starts
  const child = spawn('/bin/sh', ['-c', `${join(limits)} && exec "$@"`, 'sh',
    'nsenter', `--target=${sandbox}`, '--mount', '--ipc', '--uts', '--',
    'unshare', '--mount', '--propagation', 'private', '--pid', '--cgroup', '--fork', '--kill-child', '--',
    '/bin/sh', '-c', inside, 'sh', ...asUser(options), ...command],
    { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const { output, exit } = collect(child, limits);
  const first = firstProcess(child);
  first.catch(() => undefined);
  return {
    output,
    exit,
    limits,
    async exec(probe, timeoutSeconds) {
      // biome-ignore format: a command line and what it starts
      const run = spawn('/bin/sh', ['-c', `${join(limits)} && exec "$@"`, 'sh',
        'nsenter', `--target=${await first}`, '--mount', '--ipc', '--uts', '--pid', '--cgroup', '--root', '--wd', '--',
        ...asUser(options), ...probe],
        { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutSeconds * 1000, killSignal: 'SIGKILL' });
      return collect(run, limits).exit;
    },
    async terminate() {
      if (child.exitCode === null && child.signalCode === null)
        process.kill(await first, 'SIGTERM');
    },
    kill() {
      // A process that has become another user no longer ends with the one that started it.
      first.then((pid) => process.kill(pid, 'SIGKILL')).catch(() => undefined);
      child.kill('SIGKILL');
    },
  };
}

function collect(child: ChildProcess, limits: Limits) {
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.on('data', (chunk) => {
      output[stream] += chunk;
    });
  }
  const exit = once(child, 'close').then(
    async ([code]): Promise<Exit> => ({
      code,
      ...output,
      outOfMemory: (await limits.outOfMemory()) > 0,
    }),
  );
  return { output, exit };
}

/** The process of this machine that the container knows as its first. */
async function firstProcess(child: ChildProcess): Promise<number> {
  const deadline = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(
      () => '',
    );
    const pid = Number(children.trim().split(' ')[0]);
    if (pid > 0) return pid;
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('no container started');
    await delay(10);
  }
}
