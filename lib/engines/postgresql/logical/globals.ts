import { databaseOption } from '../client-environment.ts';
import { ClientProcess } from '../client-process.ts';
import { ArchiveError } from './errors.ts';

/** The last line that pg_dumpall writes. */
const END = '-- PostgreSQL database cluster dump complete';
const TAIL_BYTES = 256;

interface GlobalsOptions {
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** One that can be connected to. */
  readonly database: string;
  readonly passwords: boolean;
}

/** Roles, memberships, their settings and tablespaces as SQL. @throws ClientProgramError, ArchiveError */
export async function* globals(options: GlobalsOptions): AsyncGenerator<Uint8Array> {
  const program = new ClientProcess({
    path: options.program,
    args: [
      '--globals-only',
      '--no-password',
      ...(options.passwords ? [] : ['--no-role-passwords']),
      `--database=${databaseOption(options.database)}`,
    ],
    env: options.env,
    signal: options.signal,
  });
  try {
    let tail = Buffer.alloc(0);
    for await (const chunk of program.stdout) {
      tail = Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
      yield chunk;
    }
    await program.end();
    if (!tail.includes(END)) throw new ArchiveError('the SQL of roles has no end mark');
  } finally {
    program.kill();
  }
}
