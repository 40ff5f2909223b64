/**
 * Synthesises the named plans in all of their environments, or a generated one of so many PostgreSQL databases; prints
 * milliseconds and what came of it.
 */
import { compile } from '../lib/plan/compile.ts';
import { full, postgresql, wal } from '../lib/plan/language.ts';
import { loadPlan } from '../lib/plan/load.ts';
import { definePlan, type PlanInput } from '../lib/plan/schema.ts';
import { tidemarkApp } from '../lib/stacks/app.ts';
import { EnvironmentStage } from '../lib/stacks/stage.ts';

function databases(count: number): PlanInput {
  const database = (index: number) =>
    postgresql({
      server: {
        service: `server-${index}.shop`,
        database: 'shop',
        credentials: 'shop-db',
        version: '18',
      },
      protect: [
        wal({ flush: '60s', keep: '7d' }),
        full({
          cron: `${index % 60} ${Math.floor(index / 60) % 24} * * *`,
          keep: { daily: '30d', weekly: '90d', monthly: '1y' },
          cold: ['monthly'],
        }),
      ],
      restore: { volumeClaim: `restored-${index}` },
    });
  return definePlan({
    name: 'generated',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '5m', rto: '1d' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
    alerts: { email: ['oncall@example.com'] },
    verify: { checksums: 'weekly', restore: 'monthly' },
    environments: { production: { account: '111111111111' } },
    sources: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`source-${index}`, database(index)]),
    ),
  });
}

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
