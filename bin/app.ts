import { EXIT } from '../lib/commands/exit-codes.ts';
import { InputError } from '../lib/commands/input-error.ts';
import { compile } from '../lib/plan/compile.ts';
import type { CompiledPlan } from '../lib/plan/compiled.ts';
import { loadPlan, PlanLoadError } from '../lib/plan/load.ts';
import { storeUrlOf, usesAws } from '../lib/plan/store-url.ts';
import { findingsText } from '../lib/report/findings.ts';
import { tidemarkApp } from '../lib/stacks/app.ts';
import { EnvironmentStage } from '../lib/stacks/stage.ts';

// The CDK app: `cdk deploy '**' -c plan=insightdesk -c env=production [-c failback=true]`.

const app = tidemarkApp();

function context(key: string, example: string): string {
  const value: unknown = app.node.tryGetContext(key);
  if (typeof value === 'string' && value !== '') return value;
  throw new InputError(
    `name the ${key === 'env' ? 'environment' : key}: add -c ${example} to the command`,
  );
}

/** Anything but these words is a slip that would change what is deployed. */
function failback(): boolean {
  const value: unknown = app.node.tryGetContext('failback');
  if (value === undefined || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new InputError(`failback=${JSON.stringify(value)} is neither true nor false`);
}

async function compiledPlan(): Promise<CompiledPlan> {
  const plan = context('plan', 'plan=insightdesk');
  const environment = context('env', 'env=production');
  const { compiled, findings } = compile(await loadPlan(plan), environment);
  const shown = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  if (shown.length > 0) process.stderr.write(`${findingsText(shown, process.stderr)}\n\n`);
  if (compiled && usesAws(compiled)) return compiled;
  if (compiled) {
    throw new InputError(
      `the backups of ${environment} are kept in ${storeUrlOf(compiled)}: there is nothing to deploy to AWS; the manifests are written by 'tidemark synth'`,
    );
  }
  throw new InputError(
    `plan ${plan} cannot be used for environment ${environment}: correct the errors above`,
  );
}

try {
  new EnvironmentStage(app, { compiled: await compiledPlan(), failback: failback() });
  app.synth();
} catch (error) {
  if (!(error instanceof InputError || error instanceof PlanLoadError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT.input;
}
