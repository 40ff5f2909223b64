import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import type { CompiledPlan } from '../plan/compiled.ts';
import { tidemarkApp } from './app.ts';
import { EnvironmentStage } from './stage.ts';

/**
 * Writes `<plan>-<environment>-<region>.template.json` for both regions, to be read and compared: the same plan gives the
 * same bytes. They name the Lambdas' code by its digest; `cdk deploy` is what uploads it.
 *
 * @returns the paths, sorted
 */
export async function synthTemplates(compiled: CompiledPlan, outDir: string): Promise<string[]> {
  const assembly = await mkdtemp(join(tmpdir(), 'tidemark-synth-'));
  try {
    const app = tidemarkApp(assembly);
    new EnvironmentStage(app, { compiled });
    const stacks = app.synth().stacksRecursively;
    await mkdir(outDir, { recursive: true });
    return (await Promise.all(stacks.map((stack) => write(stack, outDir)))).sort();
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}

async function write(stack: CloudFormationStackArtifact, outDir: string): Promise<string> {
  const path = join(outDir, `${stack.stackName}.template.json`);
  await writeFile(path, `${JSON.stringify(stack.template, null, 2)}\n`);
  return path;
}
