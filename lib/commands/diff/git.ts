import { execFile } from 'node:child_process';
import { InputError } from '../input-error.ts';

/** What running git takes from the process. */
export interface GitContext {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

/** git ended with an error, and this is what it said. */
export class GitError extends Error {
  override readonly name = 'GitError';
}

/** In a hook git describes the repository and its index by variables, which would go before the folder. */
const OF_THE_REPOSITORY = /^GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|OBJECT_DIRECTORY)$/;

const LARGEST_LISTING_BYTES = 256 * 1024 * 1024;

/**
 * Runs git in a folder and returns what it prints.
 * @param options.index the file to use as index, so that the repository's own stays as it is
 * @throws GitError with git's own words; InputError when there is no git
 */
export function git(
  folder: string,
  args: readonly string[],
  { env, signal }: GitContext,
  options: { readonly index?: string; readonly input?: string } = {},
): Promise<string> {
  const own = Object.fromEntries(
    Object.entries(env).filter(([name]) => !OF_THE_REPOSITORY.test(name)),
  );
  return new Promise((done, fail) => {
    const child = execFile(
      'git',
      ['-C', folder, ...args],
      {
        env: {
          ...own,
          LC_ALL: 'C',
          GIT_TERMINAL_PROMPT: '0',
          ...(options.index === undefined ? {} : { GIT_INDEX_FILE: options.index }),
        },
        signal,
        maxBuffer: LARGEST_LISTING_BYTES,
      },
      (error, stdout, stderr) => {
        if (!error) return done(stdout);
        if (signal.aborted) return fail(signal.reason);
        if (error.code === 'ENOENT') {
          return fail(new InputError('git is not installed; compare with the JSON of an audit'));
        }
        fail(new GitError(stderr.trim() || error.message, { cause: error }));
      },
    );
    // Whoever ends without reading its input is reported by its exit code.
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}
