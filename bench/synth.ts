/**
 * How long the templates of AWS take: the plans of this repository in all of their environments, and generated ones that
 * grow, by processes that validate nothing. Prints as well how large the largest stack of each is. Exits with 1 when a
 * promise is not kept.
 */
import { z } from 'zod';
import { timeGrowingPlans } from './growing-plans.ts';

const TARGET_RESOURCES = 400;
/** CloudFormation takes no larger template. */
const TARGET_BYTES = 1_000_000;

await timeGrowingPlans({
  child: 'synth-child.ts',
  schema: z.object({
    milliseconds: z.number(),
    cpuMilliseconds: z.number(),
    stacks: z.number(),
    resources: z.number(),
    mostResources: z.number(),
    mostBytes: z.number(),
  }),
  sizes: [25, 50, 100, 200],
  targetMilliseconds: 10_000,
  env: { CDK_VALIDATION: 'false' },
  tell: ({ stacks, resources, mostResources, mostBytes }) =>
    `${String(stacks).padStart(3)} stacks  ${String(resources).padStart(5)} resources, at most ${mostResources} and ${Math.ceil(mostBytes / 1000)} kB in one`,
  missed: ({ mostResources, mostBytes }) => [
    ...(mostResources > TARGET_RESOURCES ? [`${TARGET_RESOURCES} resources`] : []),
    ...(mostBytes > TARGET_BYTES ? [`${TARGET_BYTES} bytes`] : []),
  ],
});
