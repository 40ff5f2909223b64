import { readFile } from 'node:fs/promises';
import type { DerivedEngine } from '../engines/registry.ts';
import { compile } from '../plan/compile.ts';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../plan/compiled.ts';
import type { Finding } from '../plan/findings.ts';
import { loadPlan } from '../plan/load.ts';
import { storeUrlOf } from '../plan/store-url.ts';
import { readPlanText, WrittenPlanError } from '../plan/written.ts';
import { findingsText } from '../report/findings.ts';
import { openStore } from '../stores/open.ts';
import type { ObjectStore } from '../stores/store.ts';
import { InputError } from './input-error.ts';

/** Which policy a command works with: a plan and its environment, or what `synth` compiled from them. */
export interface PlanOptions {
  readonly plan?: string;
  readonly env?: string;
  readonly config?: string;
}

export interface SourceOptions extends PlanOptions {
  readonly source?: string;
  readonly store?: string;
}

/** @throws InputError with every finding when the plan is wrong */
export async function compiledPlan(options: PlanOptions): Promise<CompiledPlan> {
  if (options.config !== undefined) {
    if (options.plan !== undefined || options.env !== undefined) {
      throw new InputError(
        '--config already holds a plan and its environment; leave out --plan and --env',
      );
    }
    return readCompiled(options.config);
  }
  if (options.plan === undefined || options.env === undefined) {
    throw new InputError(
      'name the policy: --plan PLAN --env ENVIRONMENT, or --config FILE in a container',
    );
  }
  const { compiled, findings } = await compileNamed(options.plan, options.env);
  if (!compiled) throw new InputError(refusal(options.plan, options.env, findings));
  return compiled;
}

export async function compileNamed(
  plan: string,
  environment: string,
): Promise<{ compiled: CompiledPlan | undefined; findings: Finding[] }> {
  return compile(await loadPlan(plan), environment);
}

export function refusal(plan: string, environment: string, findings: readonly Finding[]): string {
  const errors = findings.filter((finding) => finding.severity === 'error');
  return `plan ${plan} cannot be used for environment ${environment}\n\n${findingsText(errors)}`;
}

async function readCompiled(path: string): Promise<CompiledPlan> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`cannot read the configuration ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  try {
    return readPlanText(text, path);
  } catch (error) {
    if (error instanceof WrittenPlanError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}

/** The same, where only one engine can do what is asked for. @throws InputError if the source is of another */
export function sourceOfEngine<E extends DerivedEngine>(
  compiled: CompiledPlan,
  name: string | undefined,
  engine: E,
): Extract<DerivedSource, { engine: E }> {
  const isOfEngine = (source: DerivedSource): source is Extract<DerivedSource, { engine: E }> =>
    source.engine === engine;
  const candidates = derivedSources(compiled).filter(isOfEngine);
  const [only, ...others] = candidates;
  if (name === undefined && only && others.length === 0) return only;
  const source = sourceOf(compiled, name);
  if (isOfEngine(source)) return source;
  const names = candidates.map((candidate) => candidate.name).join(', ') || 'none';
  throw new InputError(
    `${source.name} is of the engine ${source.engine}, and this is for ${engine}; sources of ${engine} in plan ${compiled.plan}: ${names}`,
  );
}

/** The source that is named; with one source in the plan the name may be left out. */
export function sourceOf(compiled: CompiledPlan, name: string | undefined): DerivedSource {
  const sources = derivedSources(compiled);
  const names = sources.map((source) => source.name);
  if (name === undefined) {
    const [only, ...others] = sources;
    if (only && others.length === 0) return only;
    throw new InputError(
      `plan ${compiled.plan} has several sources; choose one with --source: ${names.join(', ')}`,
    );
  }
  const found = sources.find((source) => source.name === name);
  const planned = compiled.sources.find((source) => source.name === name);
  if (!found && planned) {
    throw new InputError(
      `${name} is of the engine ${planned.engine}, which this release takes no backups of; it does of: ${names.join(', ')}`,
    );
  }
  if (!found)
    throw new InputError(
      `plan ${compiled.plan} has no source ${JSON.stringify(name)}; it has: ${names.join(', ')}`,
    );
  return found;
}

/** `--store`, else TIDEMARK_STORE, else the environment's own. */
export function storeUrl(
  compiled: CompiledPlan,
  option: string | undefined,
  env: NodeJS.ProcessEnv,
): string {
  return option ?? env.TIDEMARK_STORE ?? storeUrlOf(compiled);
}

export async function openPlanStore(
  compiled: CompiledPlan,
  options: SourceOptions,
  env: NodeJS.ProcessEnv,
): Promise<ObjectStore> {
  return openStore(storeUrl(compiled, options.store, env));
}
