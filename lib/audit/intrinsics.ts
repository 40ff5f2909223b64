import { z } from 'zod';
import type { Located } from './located.ts';

const refSchema = z.strictObject({ Ref: z.string() });
const getAttSchema = z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const joinSchema = z.strictObject({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

/**
 * A value of CloudFormation as one line of text: what is only known on deployment is shown as `${Name}` or
 * `${Name.Attribute}`. Anything else that is not text is shown as JSON.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const ref = refSchema.safeParse(value);
  if (ref.success) return `\${${ref.data.Ref}}`;
  const attribute = getAttSchema.safeParse(value);
  if (attribute.success) return `\${${attribute.data['Fn::GetAtt'].join('.')}}`;
  const join = joinSchema.safeParse(value);
  if (join.success) return join.data['Fn::Join'][1].map(textOf).join(join.data['Fn::Join'][0]);
  return JSON.stringify(value) ?? '';
}

/** Logical id of the resource that a reference or an attribute names; undefined for anything else. */
export function referenced(value: unknown): string | undefined {
  const ref = refSchema.safeParse(value);
  if (ref.success) return ref.data.Ref;
  const attribute = getAttSchema.safeParse(value);
  return attribute.success ? attribute.data['Fn::GetAtt'][0] : undefined;
}

/** CloudFormation takes a boolean as text, too. What only a deployment knows is not on. */
export const isOn = (at: Located | undefined): boolean =>
  at?.value === true || at?.value === 'true';

/** The first part of a value that only a deployment knows; undefined where all of it is written. */
export function undecided(at: Located): Located | undefined {
  const members = at.entries();
  if (members.some(([name]) => name === 'Ref' || name.startsWith('Fn::'))) return at;
  for (const part of [...members.map(([, value]) => value), ...at.items()]) {
    const found = undecided(part);
    if (found) return found;
  }
  return undefined;
}

/** A policy writes a list of one as the one. */
export function listed(value: Located | undefined): string[] {
  if (!value) return [];
  const items = value.items();
  return (items.length > 0 ? items : [value]).map((item) => textOf(item.value));
}
