/** Compiles the named plans in all of their environments, or a generated one of so many sources; prints milliseconds. */
import { compile } from '../lib/plan/compile.ts';
import { loadPlan } from '../lib/plan/load.ts';
import { generatedPlan } from './compile-plan.ts';

const args = process.argv.slice(2);
const size = Number(args[0]);
const plans = Number.isNaN(size) ? await Promise.all(args.map(loadPlan)) : [generatedPlan(size)];

const begin = performance.now();
for (const plan of plans) {
  const environments = Object.keys((plan as { environments: object }).environments);
  for (const environment of environments) {
    const { compiled, findings } = compile(plan, environment);
    const wrong = findings.filter(({ severity }) => severity === 'error');
    if (!compiled) throw new Error(`the plan is wrong: ${JSON.stringify(wrong)}`);
  }
}
process.stdout.write(String(performance.now() - begin));
