import { type RoleUse, roleName } from '../../../lib/access/role-names.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { MONITORING } from '../../k8s/charts/monitoring/cases/alert-case.ts';
import { compiledPlan } from '../stacks/environment.ts';
import { ALLOWED } from './allowed.ts';
import { Environment } from './evaluation.ts';
import { everyCall } from './requests.ts';

const SIDES = ['primary', 'replica'] as const;
const LOCKS = [null, 'governance', 'compliance'] as const;
type Lock = (typeof LOCKS)[number];

/** People are trusted with all that a plan can trust them with. */
const planWith = (lock: Lock): CompiledPlan =>
  compiledPlan({
    lock,
    retired: [{ name: '2557d-archive', days: 2557, storage: 'archive' }],
    monitoring: MONITORING,
    breakGlass: {
      principals: ['user/anna'],
      bypassGovernance: lock === 'governance',
    },
  });

const environments = new Map(
  LOCKS.map((lock) => {
    const compiled = planWith(lock);
    return [lock, { compiled, environment: new Environment(compiled, true) }];
  }),
);

const of = (lock: Lock) => {
  const found = environments.get(lock);
  if (!found) throw new Error(`no environment for ${lock}`);
  return found;
};

/** What a role may do of everything that somebody may want to do. */
function does(lock: Lock, side: (typeof SIDES)[number], name: string): string[] {
  const { environment, compiled } = of(lock);
  return [...everyCall(environment, compiled, side)]
    .filter(([, call]) => call.every((request) => environment.may(name, request)))
    .map(([what]) => what);
}

const PER_SOURCE: readonly RoleUse[] = ['writer', 'restorer', 'verifier'];

describe.each(SIDES)('in the %s region', (side) => {
  describe.each(LOCKS)('with the lock %s', (lock) => {
    test.each(ALLOWED.filter((row) => (row.in ?? side) === side))(
      'the $use does what is its work, and nothing else',
      ({ use, ...row }) => {
        const { compiled } = of(lock);
        const region = compiled.regions[side];
        const source = PER_SOURCE.includes(use) ? 'orders' : undefined;
        const expected = [...row.always, ...((lock && row.with?.[lock]) || [])];
        expect(does(lock, side, roleName(compiled, region, use, source)).sort()).toEqual(
          expected.sort(),
        );
      },
    );
  });
});

/** Calls that lose backups or what protects them, and who may make them at all. */
const LOSSES =
  /^(replaces|hides|removes|shortens|locks what it adds (for a day|for ever|in)|adds with|adds evidence of a b|kms:|iam:|sts:|s3:|cloudtrail:|events:|sns:|reads (without|through))/;

describe.each(LOCKS)('nobody, with the lock %s,', (lock) => {
  const { environment, compiled } = of(lock);

  test.each(SIDES)('loses a backup or takes its protection away in the %s region', (side) => {
    const losses = [...environment.roles.keys()].flatMap((name) =>
      does(lock, side, name)
        .filter((what) => LOSSES.test(what))
        .map((what) => `${name} ${what}`),
    );
    const people = Object.values(compiled.regions).map((region) =>
      roleName(compiled, region, 'break-glass'),
    );
    const expected = lock === 'governance' ? ['removes data', 'removes locked data'] : [];
    expect(losses.sort()).toEqual(
      people.flatMap((name) => expected.map((what) => `${name} ${what}`)).sort(),
    );
    expect(environment.roles.size).toBeGreaterThan(15);
  });
});
