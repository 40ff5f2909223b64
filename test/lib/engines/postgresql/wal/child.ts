import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WalChildInput } from '../../../../support/wal-child.ts';

const PROGRAM = join(import.meta.dirname, '../../../../support/wal-child.ts');

/** A streamer in a process of its own. */
export class WalChild {
  /** Everything that it has said, one object a line. */
  readonly said: Record<string, unknown>[] = [];
  readonly #process: ChildProcess;
  #errors = '';

  constructor(input: WalChildInput, env: Readonly<Record<string, string>> = {}) {
    this.#process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
      env: { PATH: '/usr/bin:/bin', HOME: '/tmp', ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stdin?.end(JSON.stringify(input));
    let rest = '';
    this.#process.stdout?.on('data', (chunk) => {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      this.said.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
    });
    this.#process.stderr?.on('data', (chunk) => {
      this.#errors += chunk;
    });
  }

  /** The newest value that it said under this name. */
  last(name: string): unknown {
    if (this.#errors !== '') throw new Error(this.#errors);
    return this.said.findLast((line) => name in line)?.[name];
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'close');
    this.#process.kill(signal);
    await exited;
  }
}
