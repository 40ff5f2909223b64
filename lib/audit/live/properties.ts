/** Properties of a resource in the shape of CloudFormation. */
export type Properties = Readonly<Record<string, unknown>>;

/** A value that nobody can know before the deployment and that was not found out either: nothing is compared with it. */
export const UNKNOWN: unique symbol = Symbol('unknown');

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of something that may not be a mapping. */
export const member = (value: unknown, key: string): unknown =>
  isObject(value) ? value[key] : undefined;

export const textAt = (value: unknown, key: string): string | undefined => {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
};

/** A list; of anything else, a list of it; of nothing, an empty one. */
export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

/** What AWS leaves out, null, and lists and mappings of nothing are the same: not there. */
export function pruned(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(pruned).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (value === null || value === undefined || value === '') return undefined;
  if (!isObject(value) || value instanceof Date) return value;
  const members = Object.entries(value)
    .map(([key, item]) => [key, pruned(item)] as const)
    .filter(([, item]) => item !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/** A document that AWS keeps as text. Undefined where there is none; the text itself where it is not JSON. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
