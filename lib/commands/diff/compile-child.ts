import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { messageOf } from '../../message.ts';
import { environmentNames } from './environment-names.ts';
import type { PastPlanJob, PastPlanResult } from './past-plan.ts';

/**
 * Compiles a plan of an older commit in a process of its own: its modules, those of this program at that commit maybe,
 * are not mixed with the ones that run. Takes a job and sends its result by messages.
 */

process.once('message', (job: PastPlanJob) => {
  run(job)
    .catch(
      (error): PastPlanResult => ({
        error: messageOf(error),
      }),
    )
    .then((result) => process.send?.(result, () => process.exit()));
});

async function run({ plan, compiler, tree, top }: PastPlanJob): Promise<PastPlanResult> {
  findPackagesIn(tree, top);
  const load: typeof import('../../plan/load.ts') = await from(compiler, 'lib/plan/load.ts');
  const { compile }: typeof import('../../plan/compile.ts') = await from(
    compiler,
    'lib/plan/compile.ts',
  );
  const loaded = await load.loadPlan(plan);
  return {
    environments: environmentNames(loaded).map((environment) => ({
      environment,
      ...compile(loaded, environment),
    })),
  };
}

const from = (folder: string, path: string) => import(pathToFileURL(join(folder, path)).href);

/** Packages are installed in the work tree, not in the copy of a commit. */
function findPackagesIn(tree: string, top: string): void {
  const copied = pathToFileURL(`${tree}/`).href;
  registerHooks({
    resolve(specifier, context, next) {
      const { parentURL } = context;
      const isPackage = !/^(\.|\/|[a-z]+:)/.test(specifier);
      if (!isPackage || !parentURL?.startsWith(copied)) return next(specifier, context);
      const inTree = fileURLToPath(parentURL).slice(tree.length);
      return next(specifier, { ...context, parentURL: pathToFileURL(join(top, inTree)).href });
    },
  });
}
