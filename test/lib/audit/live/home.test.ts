import { homeOf } from '../../../../lib/audit/live/home.ts';
import { tidemarkApp } from '../../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../../lib/stacks/stage.ts';
import { compiledPlan, source } from '../../stacks/environment.ts';

test('every stack is looked for in its own region, with the credentials of its account', () => {
  const compiled = compiledPlan({
    replicaAccount: '222222222222',
    sources: Array.from({ length: 21 }, (_, i) => source(`orders-${i}`)),
  });
  const owners = { primary: compiled.account, replica: '222222222222' };
  const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled, failback: true }).synth();
  const homes = stacks.map(({ stackName, environment: { account, region } }) => {
    const home = homeOf(stackName, compiled);
    return { stackName, synthesised: [account, region], home: [owners[home.owner], home.region] };
  });
  expect(homes.length).toBeGreaterThan(7);
  expect(homes.filter(({ synthesised, home }) => `${synthesised}` !== `${home}`)).toEqual([]);
});
