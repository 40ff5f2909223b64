import { type Breach, everyRow, lackIn } from '../breach.ts';
import type { Located } from '../located.ts';
import type { BucketFacts } from '../read/bucket.ts';
import { conditionsOf, denialOf, type Refusal, textOfCondition } from './refusals.ts';

/** Whether the bucket's policy refuses all of this to everybody, whatever a role allows. */
export function checkBucketPolicy(bucket: BucketFacts, refusals: readonly Refusal[]): Breach[] {
  const denials = new Set(refusals.map((refusal) => denialOf(bucket, refusal)));
  const others = bucket.statements.filter((statement) => !denials.has(statement));
  const all = bucket.policy?.body.get('PolicyDocument', 'Statement') ?? bucket.resource.whole;
  return refusals
    .filter((refusal) => !denialOf(bucket, refusal))
    .map((refusal): Breach => {
      const { what, conditions } = refusal;
      const nearest = nearestOf(others, refusal);
      return {
        place: (nearest ?? all).place,
        message: `the policy of ${bucket.name} does not refuse ${what} to everybody`,
        remedy: `add a statement that denies it to every principal under ${conditions.map(textOfCondition).join(' and ')} alone`,
        // Whatever differs in the statement is why it does not.
        lacks: nearest ? lackIn(nearest, '') : lackIn(all, conditions[0]?.[1] ?? ''),
        breaks: everyRow,
      };
    });
}

/** The statement that was this refusal before somebody changed it: of those left over, the one most like it. */
function nearestOf(statements: readonly Located[], { conditions }: Refusal): Located | undefined {
  const likeness = (statement: Located): number => {
    const found = conditionsOf(statement);
    return conditions.filter(([operator, key]) =>
      found.some((text) => text.startsWith(`${operator} ${key} `)),
    ).length;
  };
  const [nearest] = [...statements].sort((a, b) => likeness(b) - likeness(a));
  return nearest && likeness(nearest) > 0 ? nearest : undefined;
}
