import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../input-error.ts';
import { type GitContext, GitError, git } from './git.ts';

/** A file in a repository, as it is named in each of its commits. */
interface Place {
  /** The top of the repository's work tree. */
  readonly top: string;
  /** Of the file, from the top, with `/` between the names. */
  readonly path: string;
}

/** What importing a plan can need. Data beside it, in whatever size, stays where it is. */
const IMPORTABLE = /\.([cm]?[jt]s|json)$/;

/** @throws InputError when the file, there or not, is in no repository */
export async function placeOf(file: string, context: GitContext): Promise<Place> {
  let folder = dirname(file);
  let rest = basename(file);
  while (!existsSync(folder) && folder !== dirname(folder)) {
    rest = `${basename(folder)}/${rest}`;
    folder = dirname(folder);
  }
  try {
    const [top = '', prefix = ''] = (
      await git(folder, ['rev-parse', '--show-toplevel', '--show-prefix'], context)
    ).split('\n');
    return { top, path: `${prefix}${rest}` };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new InputError(
      `${file} is not in a git repository (${error.message}); compare with the JSON of an audit instead: --against audit.json`,
      { cause: error },
    );
  }
}

/** The commit that a ref names. @throws InputError when it names none */
export async function commitOf(ref: string, { top }: Place, context: GitContext): Promise<string> {
  // A ref never looks like an option, nor does it hold what revision syntax would make something else of.
  if (!/^[^-\s:][^\s:]*$/.test(ref)) {
    throw new InputError(
      `${JSON.stringify(ref)} is not a git ref; write a branch, a tag or a commit such as main, v1.2 or HEAD~1`,
    );
  }
  try {
    const found = await git(top, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], context);
    return found.trim();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new InputError(
      `${JSON.stringify(ref)} is no branch, tag or commit in ${top}; if the clone is shallow, fetch it first: git fetch origin ${ref}`,
      { cause: error },
    );
  }
}

export async function existedAt(
  commit: string,
  { top, path }: Place,
  context: GitContext,
): Promise<boolean> {
  return (await git(top, ['ls-tree', '-z', '--name-only', commit, '--', path], context)) !== '';
}

/**
 * Writes the importable files of a commit to a temporary folder and removes it when `use` is done. Neither the work tree
 * nor the index nor the list of worktrees of the repository is touched, and none of its hooks runs.
 */
export async function withTreeOf<T>(
  commit: string,
  top: string,
  context: GitContext,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const temporary = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-diff-')));
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  // A second Ctrl-C ends the process at once.
  process.once('exit', remove);
  try {
    const options = { index: join(temporary, 'index') };
    const folder = join(temporary, 'tree');
    await git(top, ['-c', 'core.sparseCheckout=false', 'read-tree', commit], context, options);
    const files = (await git(top, ['ls-files', '-z'], context, options))
      .split('\0')
      .filter((file) => IMPORTABLE.test(file));
    await git(top, ['checkout-index', `--prefix=${folder}/`, '-z', '--stdin'], context, {
      ...options,
      input: files.map((file) => `${file}\0`).join(''),
    });
    return await use(folder);
  } finally {
    remove();
    process.off('exit', remove);
  }
}
