import { everythingOfPostgresql, NOWHERE } from '../agent/plans.ts';
import { EVERY_PLAN, everyObject } from '../every-plan.ts';
import type { KubernetesObject } from '../synthesised.ts';
import { BREAKS } from './breaks.ts';
import { OBJECT_RULES } from './object-rules.ts';
import { POD_RULES } from './rules.ts';

const RULES = [...POD_RULES, ...OBJECT_RULES];
/** Of each cluster: what it is given, and nothing that is looked at by people first. */
const APPLIED = /^(clusters\/[^/]+)?$/;

const given = (compiled: Parameters<typeof everyObject>[0]) =>
  everyObject(compiled)
    .filter(([folder]) => APPLIED.test(folder))
    .map(([, object]) => object);

const everything = given(everythingOfPostgresql(NOWHERE));

/** What breaks a rule, of everything that a cluster is given at once. */
const broken = (all: readonly KubernetesObject[]) =>
  RULES.flatMap(({ name, broken }) =>
    all.flatMap((object) =>
      broken(object, all).map(
        (what) => `${name}: ${object.kind}/${object.metadata?.name}: ${what}`,
      ),
    ),
  );

test.each(EVERY_PLAN)('$name keeps to every rule', ({ compiled }) => {
  expect(broken(given(compiled))).toEqual([]);
});

test.each(RULES)('$name finds what breaks it: $reason', ({ name }) => {
  const objects = structuredClone(everything);
  BREAKS[name]?.(objects);
  expect(broken(objects)).toContainEqual(expect.stringMatching(`^${name}: `));
});

test('there is no way to break a rule that is gone', () => {
  expect(Object.keys(BREAKS)).toEqual(RULES.map(({ name }) => name));
});
