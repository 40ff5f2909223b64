import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const OUTPUT_BYTES = 16 * 1024 * 1024;

/** Packages of a Debian release that need not be this system's: they are read, never installed on the system. */
export interface DebianSuite {
  /** Names of everything that has to be there for the packages to run, including themselves. */
  closure(packages: readonly string[]): Promise<string[]>;
  /** Unpacks the packages into a folder, as if it were the root of a system. */
  unpack(packages: readonly string[], into: string): Promise<void>;
}

/**
 * Runs `use` with lists and archives of its own: the system's stay what they are. Needs no root.
 * @param work folder that is made for it, and removed in the end
 * @throws where this is not Debian or its mirror cannot be reached
 */
export async function withDebianSuite(
  suite: string,
  work: string,
  use: (suite: DebianSuite) => Promise<void>,
): Promise<void> {
  await rm(work, { recursive: true, force: true });
  await mkdir(join(work, 'lists', 'partial'), { recursive: true });
  await mkdir(join(work, 'archives', 'partial'), { recursive: true });
  const sources = join(work, 'sources.list');
  const nothingInstalled = join(work, 'status');
  await writeFile(sources, `deb [signed-by=${KEYRING}] ${await debianMirror()} ${suite} main\n`);
  await writeFile(nothingInstalled, '');
  // biome-ignore format: one option and its value each
  const options = ['-qq', '-o', `Dir::Etc::sourcelist=${sources}`, '-o', 'Dir::Etc::sourceparts=-',
    '-o', `Dir::State::lists=${join(work, 'lists')}`, '-o', `Dir::State::status=${nothingInstalled}`,
    '-o', `Dir::Cache=${work}`, '-o', 'APT::Sandbox::User=', '-o', 'Acquire::Languages=none'];
  const apt = async (...args: readonly string[]) =>
    (await run('apt-get', [...options, ...args], { cwd: work, maxBuffer: OUTPUT_BYTES })).stdout;
  await apt('update');
  await use({
    async closure(packages) {
      const plan = await apt('install', '--simulate', '--no-install-recommends', ...packages);
      return [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
    },
    async unpack(packages, into) {
      await apt('download', ...packages);
      const archives = (await readdir(work)).filter((name) => name.endsWith('.deb'));
      if (archives.length < packages.length) {
        throw new Error(`apt-get downloaded ${archives.length} of ${packages.join(', ')}`);
      }
      for (const archive of archives) {
        await run('dpkg-deb', ['-x', archive, into], { cwd: work });
        await rm(join(work, archive));
      }
    },
  });
  await rm(work, { recursive: true });
}

/** The mirror that this machine's apt already uses. */
async function debianMirror(): Promise<string> {
  const { stdout } = await run('apt-get', [
    'indextargets',
    '--format',
    '$(REPO_URI) $(CODENAME)',
    'Created-By: Packages',
  ]);
  const line = stdout.split('\n').find((target) => /\/debian\/? [a-z]+$/.test(target));
  const [uri] = line?.split(' ') ?? [];
  if (uri === undefined) throw new Error('apt of this machine has no Debian mirror');
  return uri;
}
