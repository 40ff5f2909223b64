import { existsSync } from 'node:fs';
import { comparablePlanSchema } from '../../audit/diff/comparable-plan.ts';
import { diffPromises } from '../../audit/diff/diff.ts';
import type { Promises } from '../../audit/diff/facts.ts';
import { promisesOfPlan } from '../../audit/diff/of-plan.ts';
import { compile } from '../../plan/compile.ts';
import type { Finding } from '../../plan/findings.ts';
import { loadPlan, planFile } from '../../plan/load.ts';
import type { EnvironmentDiff } from '../../report/audit/diff/environment-diff.ts';
import { InputError } from '../input-error.ts';
import { refusal } from '../plan-input.ts';
import { environmentNames } from './environment-names.ts';
import type { GitContext } from './git.ts';
import { planAt } from './past-plan.ts';

/** What the comparison is made with, and what it found in each environment. */
export interface Comparison {
  readonly against: string;
  readonly diffs: readonly EnvironmentDiff[];
}

interface Version {
  readonly environment: string;
  readonly compiled?: unknown;
  readonly findings: readonly Finding[];
}

/**
 * What the plan promises now beside what it promised at a ref.
 * @param environment default: all that are there now or were there then
 */
export async function diffAgainstRef(
  plan: string,
  environment: string | undefined,
  ref: string,
  context: GitContext,
): Promise<Comparison> {
  const file = planFile(plan);
  const past = await planAt(ref, file, context);
  const before = past.environments ?? [];
  const after = await versionsNow(plan, file, past.environments !== undefined);
  const names = [...new Set([...after, ...before].map((version) => version.environment))];
  const wanted = environment === undefined ? names : names.filter((name) => name === environment);
  if (wanted.length === 0) {
    throw new InputError(
      `plan ${plan} has no environment ${JSON.stringify(environment)}, neither now nor at ${past.name}; it has: ${names.join(', ')}`,
    );
  }
  const versionOf = (versions: readonly Version[], name: string) =>
    versions.find((version) => version.environment === name);
  const diffs = wanted.map((name): EnvironmentDiff => {
    const [was, is] = [versionOf(before, name), versionOf(after, name)];
    const old = was && promisesOf(`${plan} of ${past.name}`, was);
    const young = is && promisesOf(plan, is);
    return {
      plan: (young ?? old)?.plan ?? plan,
      environment: name,
      changes: diffPromises(old, young),
    };
  });
  return { against: past.name, diffs };
}

/** Without its file a plan that was there once has no environments any more. */
async function versionsNow(plan: string, file: string, wasThere: boolean): Promise<Version[]> {
  if (wasThere && !existsSync(file)) return [];
  const loaded = await loadPlan(plan);
  return environmentNames(loaded).map((environment) => ({
    environment,
    ...compile(loaded, environment),
  }));
}

function promisesOf(plan: string, { environment, compiled, findings }: Version): Promises {
  if (compiled === undefined) throw new InputError(refusal(plan, environment, findings));
  const parsed = comparablePlanSchema.safeParse(compiled);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(
      `plan ${plan} was compiled to a form that this version cannot compare: ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  return promisesOfPlan(parsed.data, findings);
}
