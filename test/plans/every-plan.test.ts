import { compile } from '../../lib/plan/compile.ts';
import { compiledPlanSchema } from '../../lib/plan/compiled.ts';
import bud from '../../plans/bud.ts';
import insightdesk from '../../plans/insightdesk.ts';
import sensei from '../../plans/sensei.ts';
import somabrain from '../../plans/somabrain.ts';
import vectorizer from '../../plans/vectorizer.ts';

const deployed = [bud, insightdesk, sensei, somabrain, vectorizer].flatMap((plan) =>
  Object.keys(plan.environments).map((environment) => ({ name: plan.name, environment, plan })),
);

test.each(deployed)('$name in $environment has nothing open', ({ plan, environment }) => {
  const { findings } = compile(plan, environment);
  expect(findings.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual(
    [],
  );
});

test.each(deployed)('$name in $environment compiles to plain JSON', ({ plan, environment }) => {
  const { compiled } = compile(plan, environment);
  expect(compiledPlanSchema.parse(JSON.parse(JSON.stringify(compiled)))).toEqual(compiled);
  expect(compile(plan, environment).compiled).toEqual(compiled);
});
