import { compile } from '../../../lib/plan/compile.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import insightdesk from '../../../plans/insightdesk.ts';

/** Digests of the Lambdas' code change with every line of it, and say nothing about the stack. */
const ASSET = /[0-9a-f]{64}/g;

const { compiled, findings } = compile(insightdesk, 'production');
if (!compiled) throw new Error(JSON.stringify(findings));
const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled }).synth();

// A tripwire: what a template must hold is said by the other tests, and this one that nothing else changed with it.
test.each(stacks.map(({ stackName, template }) => [stackName, template]))(
  '%s is what it was',
  (_, template) => {
    const text = JSON.stringify(template, null, 2).replace(ASSET, '<asset>');
    expect(JSON.parse(text)).toMatchSnapshot();
  },
);
