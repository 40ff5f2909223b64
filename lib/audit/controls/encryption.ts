import { textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { answer, nothing, ofBothCopies, type Question } from './answer.ts';
import type { Copy } from './evidence.ts';

/** Both copies are encrypted with keys of their own, which are rotated. */
export const encryptedAtRest: Question = ofBothCopies(({ bucket }) => {
  const { name, encryption, key, resource } = bucket;
  const byDefault = resource.body.get('BucketEncryption');
  if (!byDefault || encryption?.algorithm !== 'aws:kms' || !key) {
    return nothing(`${name} is not encrypted with a key of its own`);
  }
  const rotation = key.body.get('EnableKeyRotation');
  return rotation?.value === true
    ? answer([byDefault.place, rotation.place], [])
    : answer([byDefault.place], [`the key of ${name} is not rotated`]);
});

/** Nobody can store an object under another key, whatever a role allows. */
export const noOtherKey: Question = ofBothCopies((copy) => {
  const header = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const denial = denialOf(
    copy,
    's3:PutObject',
    (condition) => condition.get('StringNotEquals', header) !== undefined,
  );
  return denial
    ? answer([denial.place], [])
    : nothing(`the policy of ${copy.bucket.name} lets objects be stored under another key`);
});

/** Both copies refuse requests that are not encrypted on their way. */
export const encryptedInTransit: Question = ofBothCopies((copy) => {
  const withoutTls = /^{"Bool":{"aws:SecureTransport":"?false"?}}$/;
  // Any other condition beside it would let some of these requests through.
  const denial = denialOf(copy, 's3:*', ({ value }) => withoutTls.test(JSON.stringify(value)));
  return denial
    ? answer([denial.place], [])
    : nothing(`the policy of ${copy.bucket.name} allows requests without TLS`);
});

const PUBLIC_ACCESS = [
  'BlockPublicAcls',
  'BlockPublicPolicy',
  'IgnorePublicAcls',
  'RestrictPublicBuckets',
];

/** Neither copy can be made public. */
export const closed: Question = ofBothCopies(({ bucket: { name, resource } }) => {
  const block = resource.body.get('PublicAccessBlockConfiguration');
  return block && PUBLIC_ACCESS.every((setting) => block.get(setting)?.value === true)
    ? answer([block.place], [])
    : nothing(`${name} can be made public`);
});

/** A statement that denies the action to everybody and for every object, under a condition. */
function denialOf(
  { arn, bucket }: Copy,
  action: string,
  when: (condition: Located) => boolean,
): Located | undefined {
  const everyObject = [`${arn}/*`, `\${${bucket.resource.id}.Arn}/*`];
  return bucket.statements.find((statement) => {
    const condition = statement.get('Condition');
    return (
      statement.text('Effect') === 'Deny' &&
      (statement.text('Principal') ?? statement.text('Principal', 'AWS')) === '*' &&
      listed(statement.get('Action')).includes(action) &&
      listed(statement.get('Resource')).some((resource) => everyObject.includes(resource)) &&
      condition !== undefined &&
      when(condition)
    );
  });
}

/** A policy writes a list of one as the one. */
export function listed(value: Located | undefined): string[] {
  if (!value) return [];
  const items = value.items();
  return (items.length > 0 ? items : [value]).map((item) => textOf(item.value));
}
