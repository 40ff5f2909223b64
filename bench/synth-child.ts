/**
 * Synthesises the named plans in all of their environments, or a generated one of so many PostgreSQL databases; prints
 * milliseconds and what came of it.
 */
import { compile } from '../lib/plan/compile.ts';
import { loadPlan } from '../lib/plan/load.ts';
import type { PlanInput } from '../lib/plan/schema.ts';
import { tidemarkApp } from '../lib/stacks/app.ts';
import { EnvironmentStage } from '../lib/stacks/stage.ts';
import { databases } from './databases.ts';

const args = process.argv.slice(2);
const size = Number(args[0]);
const plans = Number.isNaN(size)
  ? ((await Promise.all(args.map(loadPlan))) as PlanInput[])
  : [databases(size)];

const begin = performance.now();
const used = process.cpuUsage();
const stacks = plans.flatMap((plan) =>
  Object.keys(plan.environments).flatMap((environment) => {
    const { compiled, findings } = compile(plan, environment);
    if (!compiled) throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
    const app = tidemarkApp();
    new EnvironmentStage(app, { compiled });
    return app.synth().stacksRecursively;
  }),
);
const milliseconds = performance.now() - begin;
const { user, system } = process.cpuUsage(used);

const counts = stacks.map(({ template }) => Object.keys(template.Resources).length);
const result = {
  milliseconds,
  cpuMilliseconds: (user + system) / 1000,
  stacks: stacks.length,
  resources: counts.reduce((sum, count) => sum + count, 0),
  mostResources: Math.max(...counts),
  mostBytes: Math.max(...stacks.map(({ template }) => JSON.stringify(template, null, 1).length)),
};
process.stdout.write(JSON.stringify(result));
