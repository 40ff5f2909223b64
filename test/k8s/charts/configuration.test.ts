import { z } from 'zod';
import { compiledPlanSchema } from '../../../lib/plan/compiled.ts';
import { compiledPlan } from '../compiled-plan.ts';
import { pods, synthesised } from '../synthesised.ts';

const configMapSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  immutable: z.literal(true),
  data: z.strictObject({ 'plan.json': z.string() }),
});

async function configMap(plan = compiledPlan()) {
  const maps = (await synthesised(plan)).filter(({ kind }) => kind === 'ConfigMap');
  expect(maps).toHaveLength(1);
  return configMapSchema.parse(maps[0]);
}

describe('the configuration', () => {
  test('is the compiled plan', async () => {
    const { data } = await configMap();
    expect(compiledPlanSchema.parse(JSON.parse(data['plan.json']))).toEqual(compiledPlan());
  });

  test('has a name that changes with its content, so that a changed plan rolls the pods', async () => {
    const before = (await configMap()).metadata.name;
    const after = (await configMap(compiledPlan({ title: 'Shop' }))).metadata.name;
    expect(before).toMatch(/^tidemark-plan-[0-9a-f]{10}$/);
    expect(after).toMatch(/^tidemark-plan-[0-9a-f]{10}$/);
    expect(after).not.toBe(before);
  });

  test('is the same whatever order the plan was computed in', async () => {
    const reversed = compiledPlanSchema.parse(compiledPlan());
    const shuffled = Object.fromEntries(Object.entries(reversed).reverse());
    expect(await configMap({ ...shuffled, ...reversed })).toEqual(await configMap());
  });

  test('is the one that every pod mounts', async () => {
    const { name } = (await configMap()).metadata;
    const mounted = pods(await synthesised(compiledPlan())).map(({ spec }) =>
      spec.volumes.find((volume) => volume.name === 'plan'),
    );
    expect(mounted).toEqual(Array(3).fill({ name: 'plan', configMap: { name } }));
  });
});
