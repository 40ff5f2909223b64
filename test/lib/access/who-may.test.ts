import { type RoleUse, roleName } from '../../../lib/access/role-names.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { compiledPlan } from '../stacks/environment.ts';
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

const READS = [
  'reads a manifest',
  'reads data',
  'reads data that an older plan kept',
  'reads the log',
  'reads what was done',
  'reads hidden data',
  'lists manifests',
  'lists hidden ones',
];

const OTHERS = [
  'reads data of another source',
  'reads a manifest of another source',
  'reads what was done with another source',
];

interface Row {
  readonly use: RoleUse;
  readonly always: readonly string[];
  /** Besides, in environments with this lock. */
  readonly with?: Partial<Record<'governance' | 'compliance', readonly string[]>>;
}

const LOCKING = ['locks what it adds for its class', 'lengthens a lock'];

/** All that each role may do. What is in no row, and that is every way to lose a backup, no role may. */
const TABLE: readonly Row[] = [
  {
    use: 'writer',
    always: [
      'reads a manifest',
      'reads the log',
      'reads what was done',
      'lists manifests',
      'adds a manifest',
      'adds data',
      'adds to the log',
      'records a backup',
    ],
    with: { governance: LOCKING, compliance: LOCKING },
  },
  {
    use: 'restorer',
    always: [...READS, 'reads data in the other region', 'thaws data', 'records a restore'],
  },
  {
    use: 'verifier',
    always: [
      ...READS,
      'records a verification',
      'records a drill',
      'reads evidence',
      'adds evidence of a verification',
      'holds',
      'releases',
    ],
  },
  {
    use: 'break-glass',
    always: [
      ...READS,
      ...OTHERS,
      'reads data in the other region',
      'thaws data',
      'thaws data of another source',
    ],
    with: { governance: ['removes data', 'removes locked data'] },
  },
  { use: 'replication', always: ['lists manifests'] },
];

const PER_SOURCE: readonly RoleUse[] = ['writer', 'restorer', 'verifier'];

describe.each(SIDES)('in the %s region', (side) => {
  describe.each(LOCKS)('with the lock %s', (lock) => {
    test.each(TABLE)('the $use does what is its work, and nothing else', ({ use, ...row }) => {
      const { compiled } = of(lock);
      const region = compiled.regions[side];
      const source = PER_SOURCE.includes(use) ? 'orders' : undefined;
      const expected = [...row.always, ...((lock && row.with?.[lock]) || [])];
      expect(does(lock, side, roleName(compiled, region, use, source)).sort()).toEqual(
        expected.sort(),
      );
    });
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
