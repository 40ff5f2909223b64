import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

/** `go install` of one program into a folder. */
export async function goInstall(module: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await go(['install', '-trimpath', module], { GOBIN: folder });
}

/** Builds programs of the modules that `moduleFolder`'s go.mod pins. */
export async function goBuild(
  moduleFolder: string,
  programs: readonly string[],
  folder: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const flags = ['-C', moduleFolder, '-mod=readonly', '-trimpath', '-ldflags', '-s -w'];
  await go(['build', ...flags, '-o', `${folder}/`, ...programs], {});
}

/** Downloads a module, whose digest Go checks. @returns the folder of its files, which are only to be read */
export async function goModule(module: string, version: string): Promise<string> {
  const { Dir } = z
    .object({ Dir: z.string() })
    .parse(JSON.parse(await go(['mod', 'download', '-json', `${module}@${version}`], {})));
  return Dir;
}

async function go(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const program = await findGo();
  const toolchain = `go ${(await run(program, ['env', 'GOVERSION'])).stdout.trim()}`;
  const { stdout } = await run(program, args, {
    env: { ...process.env, ...env, CGO_ENABLED: '0' },
    maxBuffer: 16 * 1024 * 1024,
  }).catch((cause: Error & { stderr?: string }) => {
    const said = cause.stderr?.trim().split('\n').slice(-3).join(' ') ?? cause.message;
    throw new Error(`\`go ${args.join(' ')}\` failed with ${toolchain}: ${said}`, { cause });
  });
  return stdout;
}

async function findGo(): Promise<string> {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/go/bin'];
  for (const folder of folders) {
    const path = join(folder, 'go');
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && found) return path;
  }
  throw new Error('there is no `go` in the PATH');
}
