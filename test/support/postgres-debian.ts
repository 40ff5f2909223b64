import { chmod, cp, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { executable } from './apt.ts';
import { withDebianSuite } from './debian-suite.ts';
import type { Server } from './servers.ts';

/** The first Debian release that has each. */
const SUITES = { 17: 'trixie', 18: 'forky' } as const;

export type LaterVersion = keyof typeof SUITES;

/** What a test can ask for. */
const PROGRAMS = [
  ...['initdb', 'postgres', 'pg_ctl', 'psql', 'pgbench', 'pg_dump', 'pg_dumpall', 'pg_restore'],
  ...['pg_basebackup', 'pg_combinebackup', 'pg_verifybackup', 'pg_waldump', 'pg_controldata'],
];

/**
 * Servers refuse root, and its home is closed to every other account: then the programs are where the account that
 * they run as gets through.
 */
const CACHE =
  process.getuid?.() === 0 ? '/var/cache/tidemark' : join(homedir(), '.cache', 'tidemark');

const rootOf = (version: LaterVersion) => join(CACHE, `postgresql-${version}`);

/** Folder of the programs, where PostgreSQL looks for its libraries and extensions from. */
export function laterPrograms(version: LaterVersion): string {
  return join(rootOf(version), 'usr', 'lib', 'postgresql', String(version), 'bin');
}

/**
 * PostgreSQL of a later Debian release with its programs and extensions, beside the system's own. They run with that
 * release's C library, which the system's may be too old for.
 */
export function laterPostgresql(version: LaterVersion): Server {
  const programs = PROGRAMS.map((name) => join(laterPrograms(version), name));
  return {
    name: `PostgreSQL ${version} (Debian ${SUITES[version]})`,
    present: async () => (await Promise.all(programs.map(executable))).every((found) => found),
    install: () => install(version),
    hint: `on Debian, check that apt reaches its mirror; elsewhere install PostgreSQL ${version} with its contributed extensions and link its folder of programs as ${laterPrograms(version)}`,
  };
}

async function install(version: LaterVersion): Promise<void> {
  const folder = rootOf(version);
  const made = `${folder}.new`;
  const work = `${folder}.apt`;
  await rm(made, { recursive: true, force: true });
  await withDebianSuite(SUITES[version], work, async (suite) => {
    const needed = await suite.closure([`postgresql-${version}`]);
    await suite.unpack(needed.filter(isRun), join(work, 'files'));
    const files = join(work, 'files');
    await mkdir(made, { recursive: true });
    for (const path of ['usr/lib', 'usr/share/postgresql']) {
      await cp(join(files, path), join(made, path), { recursive: true, verbatimSymlinks: true });
    }
  });
  await dropJit(join(made, 'usr', 'lib', 'postgresql', String(version), 'lib'));
  await wrap(made, version);
  await rm(folder, { recursive: true, force: true });
  await rename(made, folder);
}

/** Of what the packages depend on, only the libraries: not what configures a system or starts a server on it. */
function isRun(name: string): boolean {
  return name.startsWith('postgresql-')
    ? !/-common/.test(name)
    : name.startsWith('lib') && !/perl|llvm|z3|pam|debconf|proc2|semanage|sepol/.test(name);
}

/** Without its library of 120 MiB, the compiler of queries is off. */
async function dropJit(libraries: string): Promise<void> {
  for (const name of await readdir(libraries)) {
    if (/^(llvmjit|bitcode)/.test(name)) await rm(join(libraries, name), { recursive: true });
  }
}

/** Puts a script in the place of each program, which starts it with the libraries beside it. */
async function wrap(root: string, version: LaterVersion): Promise<void> {
  const libraries = (await readdir(join(root, 'usr', 'lib'))).find((name) =>
    /-linux-gnu/.test(name),
  );
  if (libraries === undefined) throw new Error(`no C library in ${root}/usr/lib`);
  const inRoot = await readdir(join(root, 'usr', 'lib', libraries));
  const loader = inRoot.find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (loader === undefined)
    throw new Error(`no loader of programs in ${root}/usr/lib/${libraries}`);
  const major = join('usr', 'lib', 'postgresql', String(version));
  const bin = join(root, major, 'bin');
  await mkdir(join(root, major, 'programs'));
  // Where the root will be once it is complete.
  const library = join(rootOf(version), 'usr', 'lib', libraries);
  for (const name of await readdir(bin)) {
    const program = join(bin, name);
    if (!(await isElf(program))) continue;
    await rename(program, join(root, major, 'programs', name));
    const real = join(rootOf(version), major, 'programs', name);
    // PostgreSQL finds everything else from the name that it was started as.
    await writeFile(
      program,
      `#!/bin/sh\nexec ${library}/${loader} --library-path ${library} --argv0 "$0" ${real} "$@"\n`,
    );
    await chmod(program, 0o755);
  }
}

async function isElf(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString('latin1') === '\x7fELF';
}
