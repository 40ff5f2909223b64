import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { CompiledPlan } from '../plan/compiled.ts';
import { usesAws } from '../plan/store-url.ts';
import { replaceFile } from '../replace-file.ts';
import { tidemarkApp } from './app.ts';
import { EnvironmentStage } from './stage.ts';

const ENDING = '.template.json';

/**
 * Writes `<plan>-<environment>-<region>.template.json` for both regions and, where sources are many, one more for each group
 * of them, to be read and compared: the same plan gives the same bytes. Templates of an earlier synthesis that are no longer
 * wanted are removed. They name the Lambdas' code by its digest; `cdk deploy` is what uploads it.
 *
 * @param failback replicate both ways, as a second deployment does
 * @returns the paths, sorted; none for an environment outside of AWS
 */
export async function synthTemplates(
  compiled: CompiledPlan,
  outDir: string,
  failback = false,
): Promise<string[]> {
  if (!usesAws(compiled)) {
    await removeOthers(outDir, `${compiled.plan}-${compiled.environment}`, new Set());
    return [];
  }
  const assembly = await mkdtemp(join(tmpdir(), 'tidemark-synth-'));
  try {
    const app = tidemarkApp(assembly);
    const { stageName } = new EnvironmentStage(app, { compiled, failback });
    const stacks = app.synth().stacksRecursively;
    await mkdir(outDir, { recursive: true });
    const paths = await Promise.all(stacks.map((stack) => write(stack, outDir)));
    await removeOthers(outDir, stageName, new Set(paths.map((path) => basename(path))));
    return paths.sort();
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}

/** An audit would take what lies there for deployed. */
async function removeOthers(outDir: string, stage: string, written: Set<string>): Promise<void> {
  const others = (await namesIn(outDir)).filter(
    (name) => name.startsWith(`${stage}-`) && name.endsWith(ENDING) && !written.has(name),
  );
  await Promise.all(others.map((name) => rm(join(outDir, name))));
}

/** Nothing where nothing was synthesised. */
const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

async function write(stack: CloudFormationStackArtifact, outDir: string): Promise<string> {
  const path = join(outDir, `${stack.stackName}${ENDING}`);
  await replaceFile(path, `${JSON.stringify(stack.template, null, 2)}\n`);
  return path;
}
