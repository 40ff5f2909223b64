import { type Breach, everyRow } from '../breach.ts';
import { undecided } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import type { BucketFacts } from '../read/bucket.ts';

/** What only a deployment decides cannot be held against the plan: whether the bucket is there, and when it expires what. */
export function checkDecided({ name, resource: { body, whole } }: BucketFacts): Breach[] {
  const condition = whole.get('Condition');
  const macro = body.entries().find(([key]) => key.startsWith('Fn::'))?.[1];
  const lifecycle = body.get('LifecycleConfiguration');
  const rules = lifecycle && undecided(lifecycle);
  return [
    ...(condition ? [unread(condition, `whether ${name} is there`)] : []),
    ...(macro ? [unread(macro, `what ${name} is`)] : []),
    ...(rules ? [unread(rules, `how long ${name} keeps its objects`)] : []),
  ];
}

/** @param what the question that a deployment answers */
export const unread = ({ place }: Located, what: string): Breach => ({
  place,
  message: `${what} cannot be read: a function or condition of CloudFormation decides it on deployment`,
  remedy: 'write the value itself in its place, or synthesise again',
  breaks: everyRow,
});
