import { isObject, listOf } from './properties.ts';

/** Elements of a statement that are a list, though one item may stand alone. */
const LISTS = ['Action', 'NotAction', 'Resource', 'NotResource'];
const PRINCIPALS = ['Principal', 'NotPrincipal'];

/**
 * A policy so that two which say the same are the same: a list of one and the one, the order of lists, and `*` for
 * every principal are alike.
 */
export function canonicalPolicy(policy: unknown): unknown {
  if (!isObject(policy)) return policy;
  // The id is a label. A policy without a version is of another language, so that one is compared.
  const { Id: _, ...rest } = policy;
  return { ...rest, Statement: listOf(policy.Statement).map(canonicalStatement) };
}

function canonicalStatement(statement: unknown): unknown {
  if (!isObject(statement)) return statement;
  const { Sid, Effect, ...rest } = statement;
  // The name first: a reader is shown the beginning.
  const ordered = {
    ...(Sid !== undefined && { Sid }),
    ...(Effect !== undefined && { Effect }),
    ...rest,
  };
  return Object.fromEntries(
    Object.entries(ordered).map(([key, value]) => {
      if (LISTS.includes(key)) return [key, texts(value)];
      if (PRINCIPALS.includes(key)) return [key, principals(value)];
      if (key === 'Condition') return [key, conditions(value)];
      return [key, value];
    }),
  );
}

const principals = (value: unknown): unknown =>
  isObject(value) ? mapValues(value, texts) : { AWS: texts(value) };

const conditions = (value: unknown): unknown =>
  isObject(value)
    ? mapValues(value, (keys) => (isObject(keys) ? mapValues(keys, texts) : keys))
    : value;

const mapValues = (value: Readonly<Record<string, unknown>>, of: (item: unknown) => unknown) =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, of(item)]));

const texts = (value: unknown): unknown[] =>
  listOf(value).map((item) =>
    typeof item === 'number' || typeof item === 'boolean' ? String(item) : item,
  );
