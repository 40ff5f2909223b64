/** Exit codes of every command; docs/cli.md lists them. */
export const EXIT = {
  ok: 0,
  /** The work failed: nothing was committed. */
  failed: 1,
  /** The command line, the plan or the configuration is wrong: nothing was started. */
  input: 2,
  /** `diff` alone: a promise shrinks. It says `failed` where the others say `input`. */
  weaker: 2,
  /** The command did its work and found something bad: damage, or backups that are missing or late. */
  unhealthy: 3,
  /** Another run of the same source is active. */
  busy: 4,
  /** What is needed lies in an archive: it was requested and is not there yet, or was not read for that reason. */
  archived: 5,
  /** Ctrl-C or a termination signal. */
  interrupted: 130,
  /** `wal-fetch` alone: the write-ahead log ends before the file. */
  absent: 1,
  /** `wal-fetch` alone: everything else. Above 125 a server stops; what is less it takes for the end of the log. */
  stopRecovery: 200,
  /** `wal-fetch` alone: ended by the server itself, which stops (128 + SIGTERM). */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a command ends with when its input is wrong; `command` is its name. */
export const inputCode = (command: string | undefined): ExitCode =>
  command === 'diff' ? EXIT.failed : EXIT.input;

/** The command that a server runs while it recovers. */
export const WAL_FETCH = 'wal-fetch';

/** What a command that failed ends with; `command` is its name. */
export function failureCode(command: string | undefined, code: ExitCode): ExitCode {
  if (command !== WAL_FETCH) return code;
  return code === EXIT.interrupted ? EXIT.terminated : EXIT.stopRecovery;
}
