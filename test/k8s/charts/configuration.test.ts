import { z } from 'zod';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { planOfSource } from '../../../lib/plan/pod-plan.ts';
import { readPlanText } from '../../../lib/plan/written.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { pods, synthesised } from '../synthesised.ts';

const configMapSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  immutable: z.literal(true),
  data: z.strictObject({ 'plan.json': z.string() }),
});

const two = compiledPlan({
  sources: [compiledSource(), compiledSource({ name: 'audit' })],
});

async function configMaps(plan = compiledPlan()) {
  const maps = (await synthesised(plan)).filter(({ kind }) => kind === 'ConfigMap');
  return maps.map((map) => configMapSchema.parse(map));
}

const names = async (plan: CompiledPlan): Promise<string[]> =>
  (await configMaps(plan)).map(({ metadata }) => metadata.name);

describe('the configuration', () => {
  test('is what concerns a source of the compiled plan, for each source', async () => {
    const maps = await configMaps(two);
    const read = maps.map(({ data }) => readPlanText(data['plan.json'], 'plan.json'));
    expect(read).toEqual([...two.sources].reverse().map((source) => planOfSource(two, source)));
  });

  test('has a name that changes with its content, so that a changed plan rolls the pods', async () => {
    const [before] = await names(compiledPlan());
    const [after] = await names(compiledPlan({ lock: null }));
    expect(before).toMatch(/^tidemark-orders-plan-[0-9a-f]{10}$/);
    expect(after).toMatch(/^tidemark-orders-plan-[0-9a-f]{10}$/);
    expect(after).not.toBe(before);
  });

  test('of one source stays when another changes', async () => {
    const [audit, orders] = await names(two);
    const changed = compiledSource({ objectives: { rpoSeconds: 60, rtoSeconds: 60 } });
    const after = await names({ ...two, sources: [changed, compiledSource({ name: 'audit' })] });
    expect(after[0]).toBe(audit);
    expect(after[1]).not.toBe(orders);
  });

  test('stays when something changes that pods do not read', async () => {
    const elsewhere: Partial<CompiledPlan> = {
      title: 'Shop',
      breakGlass: { principals: ['user/anna'], bypassGovernance: false },
      recovery: {
        severities: [],
        phases: [{ name: 'First', withinSeconds: 60, restores: [], steps: [] }],
      },
      retired: [{ name: '90d', days: 90, storage: 'standard' }],
    };
    expect(await names(compiledPlan(elsewhere))).toEqual(await names(compiledPlan()));
  });

  test('is the same whatever order the plan was computed in', async () => {
    const shuffled = Object.fromEntries(Object.entries(compiledPlan()).reverse());
    expect(await configMaps({ ...shuffled, ...compiledPlan() })).toEqual(await configMaps());
  });

  test('is the one that every pod of the source mounts', async () => {
    const [audit, orders] = await names(two);
    for (const { labels, spec } of pods(await synthesised(two))) {
      const name = labels['app.kubernetes.io/instance'] === 'audit' ? audit : orders;
      const mounted = spec.volumes.find((volume) => volume.name === 'plan');
      expect(mounted).toEqual({ name: 'plan', configMap: { name } });
    }
  });
});
