import { createInterface } from 'node:readline/promises';
import { type Command, CommanderError } from 'commander';
import { EXIT, type ExitCode, failureCode, inputCode } from './exit-codes.ts';
import { InputError } from './input-error.ts';

/** What a command may touch outside of its arguments. */
export interface Io {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  /** Asks the person at the terminal; absent where there is none. */
  readonly ask?: (question: string) => Promise<string>;
  /** Fires on Ctrl-C and on SIGTERM. */
  readonly signal: AbortSignal;
  /** What the process ends with when the command returns normally; EXIT.ok unless set. */
  exitCode: ExitCode;
}

/** Runs a program to its end and returns its exit code. The only place that prints an error. */
export async function main(program: Command, argv: readonly string[], io: Io): Promise<ExitCode> {
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return io.signal.aborted ? failureCode(argv[0], EXIT.interrupted) : io.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.ok : failureCode(argv[0], inputCode(argv[0]));
    }
    if (io.signal.aborted) {
      io.stderr.write('interrupted: nothing was committed\n');
      return failureCode(argv[0], EXIT.interrupted);
    }
    io.stderr.write(`${explain(error, io.env.TIDEMARK_DEBUG !== undefined)}\n`);
    return failureCode(argv[0], codeOf(error, argv[0]));
  }
}

/** By name: their modules should not load for a command that does without them. */
const INPUT_ERRORS = ['PlanLoadError', 'StoreUrlError', 'EngineInputError'];

function codeOf(error: unknown, command: string | undefined): ExitCode {
  if (error instanceof InputError) return inputCode(command);
  if (error instanceof Error && INPUT_ERRORS.includes(error.name)) return inputCode(command);
  if (error instanceof Error && error.name === 'LockHeldError') return EXIT.busy;
  return EXIT.failed;
}

/** The error and what caused it, a line each; the stack only when asked for. */
function explain(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `error: ${String(error)}`;
  const lines = [`error: ${error.message}`];
  let cause = error.cause;
  while (cause instanceof Error && lines.length < 5) {
    // The AWS SDK's word for an answer without one, such as that to a HEAD.
    const says = cause.message !== 'UnknownError';
    if (says && !lines.at(-1)?.includes(cause.message)) lines.push(`  caused by: ${cause.message}`);
    cause = cause.cause;
  }
  if (debug) lines.push(error.stack ?? '');
  return lines.join('\n');
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While a line is read, Ctrl-C is the terminal's.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return terminal.question(question, { signal }).finally(() => terminal.close());
}

/** Io of this process. A second Ctrl-C ends it at once. */
export function processIo(): Io {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    process.stderr.write('\nstopping; press Ctrl-C again to end at once\n');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const io: Io = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    now: () => new Date(),
    ...(process.stdin.isTTY ? { ask: (question) => ask(question, controller.signal) } : {}),
    signal: controller.signal,
    exitCode: EXIT.ok,
  };
  // Whoever reads may stop reading, as `head` does: the work goes on, and its exit code tells how it ended.
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error: the result cannot be written: ${error.message}\n`);
    io.exitCode = EXIT.failed;
    process.exitCode = EXIT.failed;
  });
  return io;
}
