import type { Drift } from '../../../../lib/audit/live/model.ts';
import {
  ACCOUNT,
  type DeployedEnvironment,
  deployedEnvironment,
} from '../../../support/deployed/environment.ts';
import { production } from '../../plan/example.ts';
import { GROUPS } from '../../vaults/shop.ts';
import type { Case, Cases } from './drift-cases.ts';
import { ACCESS_CASES } from './drift-cases-access.ts';
import { ALERTING_CASES } from './drift-cases-alerting.ts';
import { BUCKET_CASES } from './drift-cases-buckets.ts';
import { FUNCTION_CASES } from './drift-cases-functions.ts';

const CASES: Cases = { ...BUCKET_CASES, ...ACCESS_CASES, ...ALERTING_CASES, ...FUNCTION_CASES };

let environment: DeployedEnvironment;
let drifts: Drift[];

const resourceOf = ({ side = 'primary', resource }: Case): string => {
  const found = [...environment.stackOf(side).made.keys()].find((id) => resource.test(id));
  return `${environment.compiled.regions[side]} ${found}`;
};

/** All changes are made, each to a resource of its own, and looked at once. */
beforeAll(async () => {
  environment = await deployedEnvironment({
    ...production({ account: ACCOUNT, lock: 'governance' }),
    awsBackup: { groups: GROUPS },
  });
  for (const [name, one] of Object.entries(CASES)) {
    const id = environment.idOf(one.side ?? 'primary', one.resource);
    await one.change(environment, id).catch((cause) => {
      throw new Error(`${name}: ${cause}`, { cause });
    });
  }
  ({ drifts } = await environment.look());
});

afterAll(() => environment.stop());

const place = ({ region, place: at }: Drift): string => `${region} ${at?.resource}`;

test.each(Object.entries(CASES))('%s', (_, one) => {
  const found = drifts.filter((drift) => place(drift) === resourceOf(one));
  const told = found.map(({ kind, property, expected, found: is }) =>
    kind === 'missing' ? kind : [property, expected, is],
  );
  expect(told).toEqual(one.told);
  expect(found.every(({ byHand, place: at }) => byHand === true && Number(at?.line) > 1)).toBe(
    true,
  );
});

test('nothing else differs', () => {
  const changed = Object.values(CASES).map(resourceOf);
  const others = drifts.filter((drift) => !changed.includes(place(drift)));
  expect(others).toEqual([]);
});
