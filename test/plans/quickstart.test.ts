import plan from '../../plans/quickstart.ts';
import { hold } from './plan-words.ts';

test.each(['development', 'production'])(
  'quickstart compiles for %s without a warning',
  (environment) => {
    const { compiled, findings } = hold(plan, environment);
    expect([...new Set(findings.map(({ severity }) => severity))]).toEqual(['info']);
    expect(compiled.sources.map(({ name }) => name)).toEqual(['database']);
    expect(compiled.classes.map(({ name }) => name)).toEqual(['28d', '366d', '7d']);
  },
);
