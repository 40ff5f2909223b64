import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { drillWork } from '../drill.ts';
import { readAgain } from '../verification.ts';
import type { Work } from '../work.ts';
import { PRE_DEPLOY } from './pre-deploy.ts';

/**
 * Looks at the dump of before a deployment once that is done: who deployed is still there, and knows whether there is a
 * way back. Undefined where the plan does not want that.
 */
export function postDeployWork(
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): Work | undefined {
  const dump = ['--label', PRE_DEPLOY];
  switch (source.settings.hooks?.postDeploy) {
    case 'verify':
      return readAgain(compiled, source, 'post-deploy', dump);
    case 'drill':
      return drillWork(compiled, source, 'post-deploy', dump);
    case undefined:
      return undefined;
  }
}
