import { isObject, UNKNOWN } from './properties.ts';

/** One value that is deployed differently. Undefined = there is none. */
export interface Difference {
  /** `LifecycleConfiguration.Rules[data-30d].ExpirationInDays`. */
  readonly path: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** What an item of a list is told by, in this order. */
const NAMES = ['Id', 'Sid', 'Name', 'PolicyName', 'RuleName', 'ControlName', 'ParameterName'];

/**
 * Where two values differ, as deep as that can be said. The order of lists does not matter: none of what is compared has
 * a list whose order means something. `30` and `"30"` are the same, as CloudFormation takes either.
 */
export function compare(expected: unknown, found: unknown, path: string): Difference[] {
  if (expected === UNKNOWN || same(expected, found)) return [];
  if (isObject(expected) && isObject(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return keys.flatMap((key) => compare(expected[key], found[key], `${path}.${key}`));
  }
  if (Array.isArray(expected) && Array.isArray(found)) return compareLists(expected, found, path);
  return [{ path, expected, found }];
}

function compareLists(
  expected: readonly unknown[],
  found: readonly unknown[],
  path: string,
): Difference[] {
  const name = nameOf(expected, found);
  if (name !== undefined) {
    const [left, right] = [byName(expected, name), byName(found, name)];
    const names = [...new Set([...left.keys(), ...right.keys()])];
    return names.flatMap((key) => compare(left.get(key), right.get(key), `${path}[${key}]`));
  }
  const rest = [...found];
  const missing = expected.filter((item) => {
    const index = rest.findIndex((other) => same(item, other));
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
  // What both have is of no interest.
  if (![...missing, ...rest].every(isObject)) {
    return [{ path, expected: oneOrAll(missing), found: oneOrAll(rest) }];
  }
  const at = (item: unknown) =>
    expected.length === 1 ? path : `${path}[${expected.indexOf(item)}]`;
  const left = [...rest];
  return [
    ...missing.flatMap((item) => {
      const index = left.findIndex((other) => calledOf(item) === calledOf(other));
      if (index < 0) return [{ path, expected: item, found: undefined }];
      return compare(item, left.splice(index, 1)[0], at(item));
    }),
    ...left.map((item) => ({ path, expected: undefined, found: item })),
  ];
}

/** What an item is called, among items of which not all have a name: then only those called alike are the same one. */
const calledOf = (item: unknown): unknown =>
  isObject(item) ? NAMES.map((name) => item[name]).find((name) => name !== undefined) : undefined;

const oneOrAll = (items: readonly unknown[]): unknown => (items.length > 1 ? items : items[0]);

/** What tells every item of both lists from the others of its list. */
function nameOf(expected: readonly unknown[], found: readonly unknown[]): string | undefined {
  return NAMES.find((name) =>
    [expected, found].every((items) => {
      const names = items.map((item) => (isObject(item) ? item[name] : undefined));
      return names.every((one) => typeof one === 'string') && new Set(names).size === names.length;
    }),
  );
}

const byName = (items: readonly unknown[], name: string): Map<string, unknown> =>
  new Map(items.map((item) => [String(isObject(item) ? item[name] : ''), item]));

function same(expected: unknown, found: unknown): boolean {
  if (expected === UNKNOWN || expected === found) return true;
  if (Array.isArray(expected) && Array.isArray(found)) {
    if (expected.length !== found.length) return false;
    const rest = [...found];
    return expected.every((item) => {
      const index = rest.findIndex((other) => same(item, other));
      if (index >= 0) rest.splice(index, 1);
      return index >= 0;
    });
  }
  if (isObject(expected) && isObject(found)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
    return [...keys].every((key) => same(expected[key], found[key]));
  }
  return isScalar(expected) && isScalar(found) && String(expected) === String(found);
}

const isScalar = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
