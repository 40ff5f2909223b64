import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Finding } from '../../plan/findings.ts';
import { InputError } from '../input-error.ts';
import type { GitContext } from './git.ts';
import { commitOf, existedAt, placeOf, withTreeOf } from './past-tree.ts';

/** A plan as an older commit has it. */
export interface PastPlan {
  /** `main (1a2b3c4d5e6f)`. */
  readonly name: string;
  /** Undefined = the commit has no such plan. */
  readonly environments: readonly PastEnvironment[] | undefined;
}

interface PastEnvironment {
  readonly environment: string;
  /** In the form of the program that compiled it; undefined exactly when a finding is an error. */
  readonly compiled?: unknown;
  readonly findings: readonly Finding[];
}

export interface PastPlanJob {
  /** Path of the plan in `tree`. */
  readonly plan: string;
  /** Folder of the program that compiles it. */
  readonly compiler: string;
  /** Folder with the files of the commit. */
  readonly tree: string;
  /** The work tree that the commit is of, where packages are installed. */
  readonly top: string;
}

export type PastPlanResult =
  | { readonly environments: readonly PastEnvironment[] }
  | { readonly error: string };

const CHILD = new URL('./compile-child.ts', import.meta.url);
const THIS_PROGRAM = resolve(import.meta.dirname, '../../..');

/**
 * Compiles a plan as it was at a ref. A plan that comes with this program's own sources is compiled by the sources of
 * that commit, so that what a change of the program does to promises is told, too; any other by the program that runs.
 * @param file path of the plan's file, which need not exist any more
 * @throws InputError when there is no such ref, or the plan could not be loaded there
 */
export async function planAt(ref: string, file: string, context: GitContext): Promise<PastPlan> {
  const place = await placeOf(file, context);
  const commit = await commitOf(ref, place, context);
  const name = commit.startsWith(ref) ? commit.slice(0, 12) : `${ref} (${commit.slice(0, 12)})`;
  if (!(await existedAt(commit, place, context))) return { name, environments: undefined };
  return withTreeOf(commit, place.top, context, async (tree) => {
    const plan = join(tree, place.path);
    const compiler = compilerOf(plan, tree);
    const result = await runChild({ plan, compiler, tree, top: place.top }, context);
    if ('error' in result) {
      throw new InputError(
        `the plan of ${name} cannot be loaded: ${result.error.replaceAll(`${tree}/`, '')}`,
      );
    }
    return { name, environments: result.environments };
  });
}

/** The nearest folder above the plan that holds this program, else the one that runs. */
function compilerOf(plan: string, tree: string): string {
  for (let folder = dirname(plan); folder.startsWith(tree); folder = dirname(folder)) {
    if (existsSync(join(folder, 'lib/plan/compile.ts'))) return folder;
  }
  return THIS_PROGRAM;
}

function runChild(job: PastPlanJob, { env, signal }: GitContext): Promise<PastPlanResult> {
  return new Promise((done, fail) => {
    // What a plan prints is not a result of this command.
    const child = fork(CHILD, { env, signal, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('message', (result: PastPlanResult) => done(result));
    child.on('error', (error) => fail(signal.aborted ? signal.reason : error));
    child.on('close', (code) =>
      done({ error: stderr.trim() || `its process ended with code ${code}` }),
    );
    child.send(job);
  });
}
