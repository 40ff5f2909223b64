import type { CompiledPlan } from '../../plan/compiled.ts';
import { Slots } from '../../stores/slots.ts';
import { compare, type Difference } from './compare.ts';
import { type Examined, examine } from './examine.ts';
import { expectedOf, type Located } from './expected.ts';
import type { LiveStack, Templates } from './live-stack.ts';
import type { Live } from './model.ts';
import { member } from './properties.ts';
import type { Expected } from './reader.ts';
import type { DeployedStack } from './stack.ts';
import { driftsOf, extraDrifts, stackDrifts, unseenOf } from './told.ts';

/** Resources of a side that are looked at together: IAM and CloudWatch answer few requests a second. */
const AT_ONCE = 6;

interface Looked {
  readonly stack: LiveStack;
  readonly located: readonly Located[];
  readonly examined: readonly (Located & Examined)[];
}

/** Looks at every resource of the templates. */
export async function compareStacks(
  stacks: readonly LiveStack[],
  templates: Templates,
  compiled: CompiledPlan,
  signal: AbortSignal,
): Promise<Pick<Live, 'stacks' | 'drifts' | 'unseen' | 'notLookedAt'>> {
  const located = stacks.map(({ where, deployed }) =>
    expectedOf(templates.get(where.stack) ?? [], deployed?.made ?? new Map(), where),
  );
  const all = located.flatMap((resources) => resources.map(({ expected }) => expected));
  const slots = { primary: new Slots(AT_ONCE), replica: new Slots(AT_ONCE) };
  const looked = await Promise.all(
    stacks.map(async (stack, index): Promise<Looked> => {
      const resources = located[index] ?? [];
      const examined = stack.deployed
        ? await Promise.all(
            resources.map((one) => within(slots[stack.owner], signal, () => see(one, all, stack))),
          )
        : [];
      return { stack, located: resources, examined };
    }),
  );
  const unread = looked
    .flatMap(({ examined }) => examined)
    .filter(({ outcome }) => outcome === 'no-reader');
  return {
    stacks: looked.map(summary),
    drifts: looked.flatMap(({ stack: { where, deployed }, examined }) => [
      ...stackDrifts(where, deployed, compiled),
      ...examined.flatMap((one) => driftsOf(one, deployed)),
      ...extraDrifts(where, deployed, templates.get(where.stack) ?? []),
    ]),
    unseen: looked.flatMap(({ examined }) => examined.flatMap(unseenOf)),
    notLookedAt: [...Map.groupBy(unread, ({ expected }) => expected.type)].map(([type, same]) => ({
      type,
      count: same.length,
    })),
  };
}

async function within<T>(slots: Slots, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  await slots.acquire(signal);
  try {
    return await work();
  } finally {
    slots.release();
  }
}

async function see(one: Located, all: readonly Expected[], { clients, deployed }: LiveStack) {
  const examined = await examine(one.expected, all, clients);
  const differences = [...examined.differences, ...codeDifferences(one, deployed)];
  return { ...one, ...examined, differences };
}

/**
 * Lambda tells a digest of its code that is not the one in the name of the package. Which package was deployed last is
 * known all the same.
 */
function codeDifferences({ resource }: Located, deployed: DeployedStack | undefined): Difference[] {
  const before = member(member(deployed?.template?.[resource.id], 'Properties'), 'Code');
  const written = resource.body.get('Code')?.value;
  return before === undefined || written === undefined ? [] : compare(written, before, 'Code');
}

const summary = ({ stack: { where, deployed }, located, examined }: Looked) => ({
  name: where.stack,
  region: where.region,
  account: where.account,
  status: deployed?.status ?? null,
  resources: located.length,
  same: examined.filter(
    ({ outcome, differences, unseen }) =>
      outcome === 'seen' && differences.length === 0 && unseen.length === 0,
  ).length,
});
