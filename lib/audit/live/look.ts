import { accountOf } from '../../plan/account.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Side } from '../../storage/location.ts';
import { Slots } from '../../stores/slots.ts';
import { type AuditFile, type Resource, readTemplate } from '../template.ts';
import { checkAccount } from './account.ts';
import { type Clients, clientsOf, destroy } from './clients.ts';
import { LiveError } from './errors.ts';
import { examine } from './examine.ts';
import { expectedOf, type Located } from './expected.ts';
import { failureOf } from './failure.ts';
import { type Home, homeOf } from './home.ts';
import type { Live } from './model.ts';
import { partitionOf, type Where } from './resolve.ts';
import { type DeployedStack, readStack } from './stack.ts';
import { driftsOf, extraDrifts, stackDrifts, unseenOf } from './told.ts';

/** Resources of a side that are looked at together: IAM and CloudWatch answer few requests a second. */
const AT_ONCE = 6;

export interface LookOptions {
  readonly compiled: CompiledPlan;
  /** What was synthesised. */
  readonly templates: readonly AuditFile[];
  /** The same for replication both ways: it is what is compared where that is deployed. */
  readonly failbackTemplates: () => Promise<readonly AuditFile[]>;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Of the shared configuration, by side. @default the SDK's chain of credentials */
  readonly profiles?: Readonly<Partial<Record<Side, string>>>;
  /** Of each request. @default 6 */
  readonly attempts?: number;
}

/** One stack: what CloudFormation knows of it, and what a template says. */
interface Stack {
  readonly where: Where;
  readonly owner: Side;
  readonly clients: Clients;
  readonly deployed: DeployedStack | undefined;
}

/**
 * Compares what is deployed with the templates. Only reads.
 * @throws LiveError where nothing can be looked at
 */
export async function lookLive(options: LookOptions): Promise<Live> {
  const { compiled, templates, profiles = {}, attempts } = options;
  const made = new Map<string, Clients>();
  const clientsAt = ({ owner, region }: Home): Clients => {
    const clients =
      made.get(`${owner} ${region}`) ?? clientsOf({ region, profile: profiles[owner], attempts });
    made.set(`${owner} ${region}`, clients);
    return clients;
  };
  try {
    for (const side of ['primary', 'replica'] as const) {
      const region = compiled.regions[side];
      await checkAccount(
        clientsAt({ owner: side, region }),
        accountOf(compiled, side),
        side,
        region,
      );
    }
    const stacks = await Promise.all(
      templates.map(({ file }) => stackOf(stackName(file), compiled, clientsAt)),
    );
    return await compareStacks(options, stacks);
  } finally {
    [...made.values()].forEach(destroy);
  }
}

async function stackOf(
  stack: string,
  compiled: CompiledPlan,
  clientsAt: (home: Home) => Clients,
): Promise<Stack> {
  const home = homeOf(stack, compiled);
  const { owner, region } = home;
  const where = {
    account: accountOf(compiled, owner),
    region,
    partition: partitionOf(region),
    stack,
  };
  const clients = clientsAt(home);
  const deployed = await readStack(clients.cloudFormation, stack).catch((cause) => {
    throw new LiveError(
      `cannot read the stack ${stack} in ${region}: ${failureOf(cause).reason}; without it nothing can be found: allow cloudformation:DescribeStacks and cloudformation:ListStackResources`,
      { cause },
    );
  });
  return { where, owner, clients, deployed };
}

const stackName = (file: string): string =>
  file.replace(/^.*\//, '').replace(/\.template\.json$/, '');

async function compareStacks(options: LookOptions, stacks: readonly Stack[]): Promise<Live> {
  const { compiled, templates, now, signal } = options;
  const oneWay = new Map(templates.map((file) => [stackName(file.file), readTemplate(file)]));
  const bothWays = strangers(stacks, oneWay).length > 0 ? await failback(options) : oneWay;
  // Some of what is not in the templates is in those for replication both ways: then that is what was deployed.
  const isFailback = strangers(stacks, bothWays).length < strangers(stacks, oneWay).length;
  const wanted = isFailback ? bothWays : oneWay;

  const located = stacks.map((stack) => ({
    stack,
    resources: expectedOf(
      wanted.get(stack.where.stack)?.resources ?? [],
      stack.deployed?.made ?? new Map(),
      stack.where,
    ),
  }));
  const all = located.flatMap(({ resources }) => resources.map(({ expected }) => expected));
  const slots = { primary: new Slots(AT_ONCE), replica: new Slots(AT_ONCE) };
  const looked = await Promise.all(
    located.map(async ({ stack, resources }) => ({
      stack,
      examined: stack.deployed
        ? await Promise.all(
            resources.map(async (one: Located) => {
              await slots[stack.owner].acquire(signal);
              try {
                return { ...one, ...(await examine(one.expected, all, stack.clients)) };
              } finally {
                slots[stack.owner].release();
              }
            }),
          )
        : [],
      resources: resources.length,
    })),
  );
  const missingReaders = looked
    .flatMap(({ examined }) => examined)
    .filter(({ outcome }) => outcome === 'no-reader');
  return {
    at: now.toISOString(),
    failback: isFailback,
    stacks: looked.map(({ stack: { where, deployed }, examined, resources }) => ({
      name: where.stack,
      region: where.region,
      account: where.account,
      status: deployed?.status ?? null,
      resources,
      same: examined.filter(
        ({ outcome, differences, unseen }) =>
          outcome === 'seen' && differences.length === 0 && unseen.length === 0,
      ).length,
    })),
    drifts: looked.flatMap(({ stack: { where, deployed }, examined }) => [
      ...stackDrifts(where, deployed, compiled),
      ...examined.flatMap((one) => driftsOf(one, deployed)),
      ...extraDrifts(where, deployed, wanted.get(where.stack)?.resources ?? []),
    ]),
    unseen: looked.flatMap(({ examined }) => examined.flatMap(unseenOf)),
    notLookedAt: [...Map.groupBy(missingReaders, ({ expected }) => expected.type)].map(
      ([type, same]) => ({ type, count: same.length }),
    ),
  };
}

type Templates = ReadonlyMap<string, { readonly resources: readonly Resource[] }>;

const failback = async ({ failbackTemplates }: LookOptions): Promise<Templates> =>
  new Map((await failbackTemplates()).map((file) => [stackName(file.file), readTemplate(file)]));

/** Resources of stacks that their templates do not have. */
function strangers(stacks: readonly Stack[], templates: Templates): string[] {
  return stacks.flatMap(({ where, deployed }) => {
    const ids = new Set(templates.get(where.stack)?.resources.map(({ id }) => id));
    return [...(deployed?.made.keys() ?? [])].filter((id) => !ids.has(id));
  });
}
