import { compile } from '../../lib/plan/compile.ts';
import plan from '../../plans/quickstart.ts';

test.each(['development', 'production'])(
  'quickstart compiles for %s without a warning',
  (environment) => {
    const { compiled, findings } = compile(plan, environment);
    expect(findings.map(({ severity }) => severity)).toEqual(['info', 'info', 'info']);
    expect(compiled?.sources.map(({ name }) => name)).toEqual(['database']);
    expect(compiled?.classes.map(({ name }) => name)).toEqual(['28d', '366d', '7d']);
  },
);
