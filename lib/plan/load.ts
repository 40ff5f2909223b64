import { readdirSync, statSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from './known-keys.ts';

/** A plan could not be read at all; what is wrong inside of one is a finding. */
export class PlanLoadError extends Error {
  override readonly name = 'PlanLoadError';
}

const PLANS = resolve(import.meta.dirname, '../../plans');
const LANGUAGE = pathToFileURL(join(import.meta.dirname, 'language.ts')).href;

/**
 * Loads a plan, unchecked: what its file exports by default.
 * @param nameOrPath a name in plans/, or the path to a file anywhere (with a `/` or ending in .ts, .mts, .js or .mjs)
 * @throws PlanLoadError when there is no such plan or its file cannot be run
 */
export async function loadPlan(nameOrPath: string): Promise<unknown> {
  const path = isPath(nameOrPath) ? existingFile(nameOrPath) : builtIn(nameOrPath);
  const module = await importPlan(path);
  if (typeof module !== 'object' || module === null || !('default' in module)) {
    throw new PlanLoadError(
      `${path} has no default export; end it with 'export default definePlan({ … })'`,
    );
  }
  return module.default;
}

/** Where the file of a plan is, or would be if there were one. */
export const planFile = (nameOrPath: string): string =>
  isPath(nameOrPath) ? resolve(nameOrPath) : join(PLANS, `${nameOrPath}.ts`);

const isPath = (text: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(text);

function existingFile(given: string): string {
  const path = resolve(given);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new PlanLoadError(`there is no file ${path}; ${knownPlans()}`);
  if (!found.isFile()) {
    throw new PlanLoadError(
      `${path} is not a file; name the plan's .ts file, or a plan: ${knownPlans()}`,
    );
  }
  return path;
}

function builtIn(name: string): string {
  const names = planNames();
  if (names.includes(name)) return join(PLANS, `${name}.ts`);
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : `did you mean ${JSON.stringify(meant)}? `;
  throw new PlanLoadError(
    `there is no plan ${JSON.stringify(name)}; ${hint}${knownPlans()}, or give the path to a plan of your own, such as ./${name}.ts`,
  );
}

/** What can be named without a path. */
export function planNames(): string[] {
  return readdirSync(PLANS)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .sort();
}

const knownPlans = (): string => `the plans in ${PLANS} are ${planNames().join(', ')}`;

async function importPlan(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  // A plan may lie where no node_modules knows 'tidemark' and where no package.json says that it is a module.
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'tidemark') {
        return { url: LANGUAGE, format: 'module-typescript', shortCircuit: true };
      }
      const found = next(specifier, context);
      return found.url === url && /\.m?ts$/.test(path)
        ? { ...found, format: 'module-typescript' }
        : found;
    },
  });
  try {
    return await import(url);
  } catch (cause) {
    throw new PlanLoadError(`${path} cannot be loaded: ${describe(cause, path)}`, { cause });
  } finally {
    hooks.deregister();
  }
}

/** The message of an error, with the line of the plan where it came from if the error tells. */
function describe(cause: unknown, path: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const place = cause.stack?.split('\n').find((line) => line.includes(path));
  const line = place === undefined ? undefined : /:(\d+)(?::\d+)?\)?$/.exec(place)?.[1];
  return `${cause.message}${line === undefined ? '' : ` (line ${line})`}`;
}
