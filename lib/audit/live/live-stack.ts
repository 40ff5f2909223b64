import { accountOf } from '../../plan/account.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Side } from '../../storage/location.ts';
import { type AuditFile, type Resource, readTemplate } from '../template.ts';
import type { Clients } from './clients.ts';
import { LiveError } from './errors.ts';
import { failureOf } from './failure.ts';
import { type Home, homeOf } from './home.ts';
import { partitionOf, type Where } from './resolve.ts';
import { type DeployedStack, readStack } from './stack.ts';

/** One stack: what CloudFormation knows of it, and whom to ask about it. */
export interface LiveStack {
  readonly where: Where;
  readonly owner: Side;
  readonly clients: Clients;
  readonly deployed: DeployedStack | undefined;
}

/**
 * @param stack its name
 * @throws LiveError where CloudFormation does not tell
 */
export async function liveStack(
  stack: string,
  compiled: CompiledPlan,
  clientsAt: (home: Home) => Clients,
): Promise<LiveStack> {
  const home = homeOf(stack, compiled);
  const { owner, region } = home;
  const account = accountOf(compiled, owner);
  const where = { account, region, partition: partitionOf(region), stack };
  const clients = clientsAt(home);
  const deployed = await readStack(clients.cloudFormation, stack).catch((cause) => {
    throw new LiveError(
      `cannot read the stack ${stack} in ${region}: ${failureOf(cause).reason}; without it nothing can be found: allow cloudformation:DescribeStacks and cloudformation:ListStackResources`,
      { cause },
    );
  });
  return { where, owner, clients, deployed };
}

/** The resources of each template, by the name of its stack. */
export type Templates = ReadonlyMap<string, readonly Resource[]>;

export const templatesOf = (files: readonly AuditFile[]): Templates =>
  new Map(files.map((file) => [stackName(file.file), readTemplate(file).resources]));

const stackName = (file: string): string =>
  file.replace(/^.*\//, '').replace(/\.template\.json$/, '');

/** How many resources of the stacks their templates do not have. */
export function strangers(stacks: readonly LiveStack[], templates: Templates): number {
  const unknown = stacks.flatMap(({ where, deployed }) => {
    const ids = new Set(templates.get(where.stack)?.map(({ id }) => id));
    return [...(deployed?.made.keys() ?? [])].filter((id) => !ids.has(id));
  });
  return unknown.length;
}
