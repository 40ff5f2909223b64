import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { AofChildInput } from '../../../../support/aof-child.ts';
import { until } from '../../../../support/condition.ts';

const PROGRAM = join(import.meta.dirname, '../../../../support/aof-child.ts');

/** A shipper in a process of its own. */
export class AofChild {
  readonly #process: ChildProcess;
  #said = '';
  #errors = '';

  constructor(input: AofChildInput) {
    this.#process = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
      env: { PATH: '/usr/bin:/bin', HOME: '/tmp' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stdin?.end(JSON.stringify(input));
    this.#process.stdout?.on('data', (chunk) => {
      this.#said += chunk;
    });
    this.#process.stderr?.on('data', (chunk) => {
      this.#errors += chunk;
    });
  }

  /** What it has said, one object a line. */
  get said(): Record<string, unknown>[] {
    const whole = this.#said.slice(0, this.#said.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  /** Waits until everything that was written up to now is stored. */
  async caughtUp(): Promise<void> {
    const now = Date.now();
    const stored = () => {
      if (this.#errors !== '') throw new Error(this.#errors);
      return this.said.some(({ serverTime }) => Date.parse(String(serverTime)) > now);
    };
    await until('everything is stored', stored).catch((cause) => {
      throw new Error(`not everything was stored: ${this.#said.slice(-2000)}`, { cause });
    });
  }

  /** @returns the most memory that it took */
  async stop(): Promise<number> {
    await this.#end('SIGTERM');
    return Number(this.said.at(-1)?.peakBytes);
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'close');
    this.#process.kill(signal);
    await exited;
  }
}
