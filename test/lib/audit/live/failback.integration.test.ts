import {
  ACCOUNT,
  type DeployedEnvironment,
  deployedEnvironment,
} from '../../../support/deployed/environment.ts';
import { production } from '../../plan/example.ts';

let environment: DeployedEnvironment;

beforeAll(async () => {
  environment = await deployedEnvironment(production({ account: ACCOUNT }), { failback: true });
});

afterAll(() => environment.stop());

test('a deployment with replication both ways is compared with templates for that', async () => {
  const live = await environment.look();
  expect([live.failback, live.drifts, live.unseen]).toEqual([true, [], []]);
});

test('and differs where the way back is gone', async () => {
  const { made } = environment.stackOf('replica');
  const [id, role] = [...made].find(([one]) => /^BackupsReplicationRole/.test(one)) ?? [];
  if (id === undefined || role === undefined) throw new Error('no role for the way back');
  made.delete(id);
  const live = await environment.look();
  made.set(id, role);
  expect(live.failback).toBe(true);
  expect(live.drifts).toContainEqual(
    expect.objectContaining({ kind: 'missing', type: 'AWS::IAM::Role', name: id }),
  );
});
