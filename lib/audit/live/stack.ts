import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { isObject, member, parsed } from './properties.ts';
import type { Made } from './resolve.ts';

/** A stack as CloudFormation knows it. */
export interface DeployedStack {
  /** `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly terminationProtection: boolean;
  /** By logical id; without what was removed again. */
  readonly made: ReadonlyMap<string, Made>;
  /** The resources of the template that was deployed last; undefined where it may not be read. */
  readonly template: Readonly<Record<string, unknown>> | undefined;
}

/** Undefined where no stack has this name. */
export async function readStack(
  cloudFormation: CloudFormationClient,
  StackName: string,
): Promise<DeployedStack | undefined> {
  const stack = await describe(cloudFormation, StackName);
  if (!stack || stack.StackStatus === 'DELETE_COMPLETE') return undefined;
  const made = new Map<string, Made>();
  for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName })) {
    for (const resource of page.StackResourceSummaries ?? []) {
      const { LogicalResourceId: id, PhysicalResourceId, ResourceType, ResourceStatus } = resource;
      if (!id || !PhysicalResourceId || ResourceStatus === 'DELETE_COMPLETE') continue;
      made.set(id, { type: ResourceType ?? '', physicalId: PhysicalResourceId });
    }
  }
  return {
    status: stack.StackStatus ?? 'unknown',
    terminationProtection: stack.EnableTerminationProtection ?? false,
    made,
    template: await deployedTemplate(cloudFormation, StackName),
  };
}

async function describe(cloudFormation: CloudFormationClient, StackName: string) {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return Stacks[0];
  } catch (error) {
    // CloudFormation has no error of its own for it.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** It only tells who is to blame for a difference: whoever may not read it learns less, and no wrong thing. */
async function deployedTemplate(cloudFormation: CloudFormationClient, StackName: string) {
  try {
    const answer = await cloudFormation.send(
      new GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
    );
    const resources = member(parsed(answer.TemplateBody), 'Resources');
    return isObject(resources) ? resources : undefined;
  } catch {
    return undefined;
  }
}
