import { PUBLIC_ACCESS } from '../checks/bucket.ts';
import { denialOf, otherEncryption, WITHOUT_TLS } from '../checks/refusals.ts';
import { answer, nothing, ofBothCopies, type Question } from './answer.ts';

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
export const noOtherKey: Question = ofBothCopies(({ bucket }) => {
  const denials = otherEncryption(bucket).map((refusal) => denialOf(bucket, refusal));
  const places = denials.flatMap((denial) => (denial ? [denial.place] : []));
  return places.length > 0 && places.length === denials.length
    ? answer(places, [])
    : nothing(`the policy of ${bucket.name} lets objects be stored under another key`);
});

/** Both copies refuse requests that are not encrypted on their way. */
export const encryptedInTransit: Question = ofBothCopies(({ bucket }) => {
  const denial = denialOf(bucket, WITHOUT_TLS);
  return denial
    ? answer([denial.place], [])
    : nothing(`the policy of ${bucket.name} allows requests without TLS`);
});

/** Neither copy can be made public. */
export const closed: Question = ofBothCopies(({ bucket: { name, resource } }) => {
  const block = resource.body.get('PublicAccessBlockConfiguration');
  return block && PUBLIC_ACCESS.every((setting) => block.get(setting)?.value === true)
    ? answer([block.place], [])
    : nothing(`${name} can be made public`);
});
