import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where a program is; else every folder that was looked into, with the version that was found there. */
export type ProgramSearch = { readonly path: string } | { readonly looked: readonly string[] };

/**
 * Finds a program of PostgreSQL by its name and its major version.
 * @param binDir the only folder to look in; default: Debian's folder of that version, then the PATH
 */
export async function findProgram(
  name: string,
  major: string,
  binDir: string | undefined,
): Promise<ProgramSearch> {
  const folders =
    binDir === undefined
      ? [`/usr/lib/postgresql/${major}/bin`, ...(process.env.PATH ?? '').split(delimiter)]
      : [binDir];
  const looked: string[] = [];
  for (const folder of folders.filter((folder) => folder !== '')) {
    const path = join(folder, name);
    const version = await versionOf(path);
    if (version === major) return { path };
    looked.push(version === undefined ? folder : `${folder} (version ${version})`);
  }
  return { looked };
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
    return /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  } catch {
    // Not there or not a program: the caller reports every place that was looked at.
    return undefined;
  }
}
