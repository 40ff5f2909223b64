import { LANDING } from '../../catalog/keys.ts';
import { listed, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import type { BucketFacts } from '../read/bucket.ts';

type Condition = readonly [operator: string, key: string, value: string];

/** Something that a bucket's policy must refuse to everybody, whatever a role allows. */
export interface Refusal {
  readonly what: string;
  readonly action: string;
  /** `stored` = objects that do not land by themselves. */
  readonly of: 'bucket and objects' | 'objects' | 'stored';
  /** All that it is refused under: with another condition beside them some requests would get through. */
  readonly conditions: readonly Condition[];
}

const ENCRYPTION = 's3:x-amz-server-side-encryption';
const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';

export const WITHOUT_TLS: Refusal = {
  what: 'requests without TLS',
  action: 's3:*',
  of: 'bucket and objects',
  conditions: [['Bool', 'aws:SecureTransport', 'false']],
};

const OLD_TLS: Refusal = {
  what: 'TLS older than 1.2',
  action: 's3:*',
  of: 'bucket and objects',
  conditions: [['NumericLessThan', 's3:TlsVersion', '1.2']],
};

export const OVERWRITING: Refusal = {
  what: 'overwriting an object',
  action: 's3:PutObject',
  of: 'stored',
  conditions: [
    ['Null', 's3:if-none-match', 'true'],
    ['Bool', 's3:ObjectCreationOperation', 'true'],
  ],
};

/** Whatever encrypts an object beside the key of the bucket; nothing without one, which is a breach of its own. */
export function otherEncryption({ key }: BucketFacts): Refusal[] {
  if (!key) return [];
  const put = { action: 's3:PutObject', of: 'objects' } as const;
  return [
    {
      ...put,
      what: 'encryption without a key of KMS',
      conditions: [
        ['Null', ENCRYPTION, 'false'],
        ['StringNotEquals', ENCRYPTION, 'aws:kms'],
      ],
    },
    {
      ...put,
      what: 'encryption by another key',
      conditions: [
        ['Null', KEY, 'false'],
        ['StringNotEquals', KEY, `\${${key.id}.Arn}`],
      ],
    },
    {
      ...put,
      what: 'encryption by the key of the account',
      conditions: [
        ['Null', ENCRYPTION, 'false'],
        ['Null', KEY, 'true'],
      ],
    },
  ];
}

/** What every bucket that must not be lost refuses. */
export const unsafe = (bucket: BucketFacts): Refusal[] => [
  WITHOUT_TLS,
  OLD_TLS,
  ...otherEncryption(bucket),
];

/** The statement that refuses it; undefined where there is none. */
export const denialOf = (bucket: BucketFacts, refusal: Refusal): Located | undefined =>
  bucket.statements.find((statement) => denies(statement, refusal, bucket));

function denies(statement: Located, refusal: Refusal, bucket: BucketFacts): boolean {
  const { action, of, conditions } = refusal;
  const principal = statement.get('Principal', 'AWS') ?? statement.get('Principal');
  const found = conditionsOf(statement).sort();
  return (
    statement.text('Effect') === 'Deny' &&
    listed(principal).join() === '*' &&
    listed(statement.get('Action')).includes(action) &&
    covers(statement, of, bucket) &&
    found.join() === conditions.map(textOfCondition).sort().join()
  );
}

function covers(statement: Located, of: Refusal['of'], { name, resource }: BucketFacts): boolean {
  const arns = [`arn:aws:s3:::${name}`, `\${${resource.id}.Arn}`];
  const has = (part: 'Resource' | 'NotResource', path: string): boolean =>
    listed(statement.get(part)).some((one) => arns.some((arn) => one === `${arn}${path}`));
  if (of === 'bucket and objects') return has('Resource', '') && has('Resource', '/*');
  const butLanding =
    listed(statement.get('NotResource')).length === 1 && has('NotResource', `/${LANDING}/*`);
  return has('Resource', '/*') || (of === 'stored' && butLanding);
}

/** As `Bool aws:SecureTransport false`. */
export const conditionsOf = (statement: Located): string[] =>
  (statement.get('Condition')?.entries() ?? []).flatMap(([operator, keys]) =>
    keys.entries().map(([key, at]) => textOfCondition([operator, key, textOf(at.value)])),
  );

export const textOfCondition = (condition: Condition): string => condition.join(' ');
