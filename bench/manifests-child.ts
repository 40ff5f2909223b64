/**
 * Synthesises the manifests of the named plans in all of their environments, or of a generated one of so many PostgreSQL
 * databases; prints milliseconds and how many files came of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Loading counts: whoever synthesises waits for it, too.
const begin = performance.now();
const used = process.cpuUsage();
const { synthManifests } = await import('../k8s/synth.ts');
const { compile } = await import('../lib/plan/compile.ts');
const { loadPlan } = await import('../lib/plan/load.ts');
const { databases } = await import('./databases.ts');

const args = process.argv.slice(2);
const size = Number(args[0]);
const plans = Number.isNaN(size) ? await Promise.all(args.map(loadPlan)) : [databases(size)];
const folder = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
let files = 0;
try {
  for (const [index, plan] of plans.entries()) {
    for (const environment of environmentsOf(plan)) {
      const { compiled, findings } = compile(plan, environment);
      if (!compiled) throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
      files += (await synthManifests(compiled, join(folder, String(index), environment))).length;
    }
  }
  const milliseconds = performance.now() - begin;
  const { user, system } = process.cpuUsage(used);
  const cpuMilliseconds = (user + system) / 1000;
  process.stdout.write(JSON.stringify({ milliseconds, cpuMilliseconds, files }));
} finally {
  await rm(folder, { recursive: true });
}

function environmentsOf(plan: unknown): string[] {
  if (typeof plan !== 'object' || plan === null || !('environments' in plan)) return [];
  return Object.keys(Object(plan.environments));
}
