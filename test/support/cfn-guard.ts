import { execFile } from 'node:child_process';
import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Server } from './servers.ts';

const run = promisify(execFile);

/** AWS publishes the program in this package, for both systems and both processors that tests run on. */
const PACKAGE = '@cdklabs/cdk-validator-cfnguard';
const VERSION = '0.0.62';
const FOLDER = join(homedir(), '.cache', 'tidemark', `cfn-guard-${VERSION}`);
const SYSTEM = process.platform === 'darwin' ? 'macos' : 'ubuntu';
const PROCESSOR = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

const IN_PACKAGE = `package/bin/${SYSTEM}/${PROCESSOR}/cfn-guard`;

/** AWS CloudFormation Guard 3. */
const PROGRAM = join(FOLDER, 'cfn-guard');

export const CFN_GUARD: Server = {
  name: `CloudFormation Guard (${PACKAGE} ${VERSION})`,
  present: () =>
    access(PROGRAM, constants.X_OK).then(
      () => true,
      () => false,
    ),
  install,
  hint: `put cfn-guard at ${PROGRAM}; \`cargo install cfn-guard\` builds it`,
};

/** The package is not installed, so that nothing of what it depends on is. */
async function install(): Promise<void> {
  const work = `${FOLDER}.new`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const { stdout } = await run('npm', ['pack', `${PACKAGE}@${VERSION}`, '--silent'], { cwd: work });
  await run('tar', ['-xzf', stdout.trim(), IN_PACKAGE], { cwd: work });
  await mkdir(FOLDER, { recursive: true });
  await rename(join(work, IN_PACKAGE), PROGRAM);
  await rm(work, { recursive: true });
}

/** What Guard says of a folder of templates. */
export interface Verdict {
  readonly kept: boolean;
  /** Names of the rules that failed, sorted. */
  readonly failed: readonly string[];
}

const verdictsSchema = z.array(
  z.object({ not_compliant: z.array(z.object({ Rule: z.object({ name: z.string() }) })) }),
);

/** @throws where the rules themselves are wrong */
export async function guard(rules: string, templates: string): Promise<Verdict> {
  // As a table for people, the same takes Guard seconds.
  const form = ['--structured', '--output-format', 'json', '--show-summary', 'none'];
  const args = ['validate', '--rules', rules, '--data', templates, ...form];
  const { code, stdout, stderr } = await run(PROGRAM, args).then(
    (said) => ({ code: 0, ...said }),
    (failure: { code: number | string; stdout: string; stderr: string }) => failure,
  );
  if (code === 'ENOENT') throw new Error(`no cfn-guard at ${PROGRAM}; run \`npm run servers\``);
  // 19 = a template does not keep the rules.
  if (code !== 0 && code !== 19) throw new Error(`cfn-guard exited with ${code}: ${stderr}`);
  const failed = verdictsSchema
    .parse(JSON.parse(stdout))
    .flatMap((one) => one.not_compliant.map(({ Rule }) => Rule.name));
  return { kept: code === 0, failed: [...new Set(failed)].sort() };
}
