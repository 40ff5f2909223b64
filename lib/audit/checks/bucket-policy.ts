import { z } from 'zod';
import type { CompiledPlan } from '../../plan/compiled.ts';
import { lockDays, longestLockDays } from '../../storage/promised-days.ts';
import { type Breach, everyRow, lackIn } from '../breach.ts';
import { textOf } from '../intrinsics.ts';
import type { BucketFacts } from '../read/bucket.ts';

const listSchema = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statementSchema = z.looseObject({
  Effect: z.string(),
  Action: listSchema,
  Principal: z.unknown(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type Statement = z.infer<typeof statementSchema>;

/** Something that the bucket's policy must refuse, whoever asks. */
interface Refusal {
  readonly what: string;
  /** Operator, key and value of the condition under which it is refused. */
  readonly condition: readonly [operator: string, key: string, value: string];
  readonly action: string;
}

const ALWAYS: readonly Refusal[] = [
  {
    what: 'requests without TLS',
    condition: ['Bool', 'aws:SecureTransport', 'false'],
    action: 's3:*',
  },
  {
    what: 'TLS older than 1.2',
    condition: ['NumericLessThan', 's3:TlsVersion', '1.2'],
    action: 's3:*',
  },
  {
    what: 'overwriting an object',
    condition: ['Null', 's3:if-none-match', 'true'],
    action: 's3:PutObject',
  },
  {
    what: 'encryption by another key',
    condition: ['Null', 's3:x-amz-server-side-encryption-aws-kms-key-id', 'false'],
    action: 's3:PutObject',
  },
];

const LOCK_DAYS = 's3:object-lock-remaining-retention-days';

/** What the bucket's policy refuses to everybody, whatever a role allows. */
export function checkBucketPolicy(bucket: BucketFacts, compiled: CompiledPlan): Breach[] {
  const denials = bucket.statements.flatMap((at) => {
    const parsed = statementSchema.safeParse(at.value);
    return parsed.success && deniesEverybody(parsed.data) ? [parsed.data] : [];
  });
  const at = bucket.policy?.body.get('PolicyDocument', 'Statement') ?? bucket.resource.whole;
  return [...ALWAYS, ...lockBounds(compiled)]
    .filter((refusal) => !denials.some((denial) => refuses(denial, refusal)))
    .map(({ what, condition: [operator, key, value] }) => ({
      place: at.place,
      message: `the policy of ${bucket.name} does not refuse ${what} to everybody`,
      remedy: `add a statement that denies it to every principal under ${operator} ${key} ${value}`,
      lacks: lackIn(at, key),
      breaks: everyRow,
    }));
}

function lockBounds(compiled: CompiledPlan): Refusal[] {
  if (compiled.lock === null) return [];
  const longest = longestLockDays(compiled);
  const bound = (what: string, operator: string, days: number): Refusal => ({
    what: `a lock ${what} than ${days} d`,
    condition: [operator, LOCK_DAYS, `${days}`],
    action: 's3:PutObjectRetention',
  });
  return [
    bound('shorter', 'NumericLessThan', lockDays(compiled)),
    ...(longest === null ? [] : [bound('longer', 'NumericGreaterThan', longest)]),
  ];
}

function deniesEverybody({ Effect, Principal }: Statement): boolean {
  const everybody = z.union([z.literal('*'), z.object({ AWS: z.literal('*') })]);
  return Effect === 'Deny' && everybody.safeParse(Principal).success;
}

function refuses({ Action, Condition }: Statement, refusal: Refusal): boolean {
  const [operator, key, value] = refusal.condition;
  const found = Condition[operator]?.[key];
  return Action.includes(refusal.action) && found !== undefined && textOf(found) === value;
}
