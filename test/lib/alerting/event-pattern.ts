/** Event patterns, after EventBridge's documentation: "Comparison operators for use in event patterns". */

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Whether the pattern matches the event. Fields of a pattern are all needed, values of a list are alternatives; what the
 * event has beside them does not matter.
 */
export function matches(pattern: object, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === '$or') return wanted.some((one: object) => matches(one, event));
    const found = isObject(event) ? event[field] : undefined;
    if (Array.isArray(wanted)) return wanted.some((one) => fits(one, found));
    // A list in an event matches if one of its entries does.
    return Array.isArray(found)
      ? found.some((entry) => matches(wanted, entry))
      : matches(wanted, found);
  });
}

/** One value of a pattern against what the event has there, which may be a list, or nothing. */
function fits(wanted: unknown, found: unknown): boolean {
  if (isObject(wanted)) return compares(wanted, found);
  return (Array.isArray(found) ? found : [found]).some((value) => value === wanted);
}

function compares(comparison: Record<string, unknown>, found: unknown): boolean {
  const [[operator, wanted] = ['', undefined], ...more] = Object.entries(comparison);
  if (more.length > 0) throw new Error(`more than one comparison: ${JSON.stringify(comparison)}`);
  // Exists asks for a leaf: a field that has fields of its own is none.
  if (operator === 'exists') return (found !== undefined && !isObject(found)) === wanted;
  if (found === undefined || isObject(found)) return false;
  return (Array.isArray(found) ? found : [found]).some((value) => holds(operator, wanted, value));
}

function holds(operator: string, wanted: unknown, value: unknown): boolean {
  const text = typeof value === 'string' ? value : undefined;
  switch (operator) {
    case 'prefix':
      return ofText(wanted, text, (one, all) => all.startsWith(one));
    case 'suffix':
      return ofText(wanted, text, (one, all) => all.endsWith(one));
    case 'equals-ignore-case':
      return text?.toLowerCase() === String(wanted).toLowerCase();
    case 'wildcard':
      return text !== undefined && wildcard(String(wanted)).test(text);
    case 'numeric':
      return typeof value === 'number' && numeric(wanted, value);
    case 'anything-but':
      return !isBut(wanted, value);
    default:
      throw new Error(`the evaluation knows no ${operator}`);
  }
}

/** What `anything-but` excludes: values, or another comparison. */
const isBut = (wanted: unknown, value: unknown): boolean =>
  (Array.isArray(wanted) ? wanted : [wanted]).some((one) =>
    isObject(one)
      ? Object.entries(one).every(([operator, operand]) =>
          (Array.isArray(operand) ? operand : [operand]).some((each) =>
            holds(operator, each, value),
          ),
        )
      : one === value,
  );

/** Prefixes and suffixes may be compared without regard to case. */
function ofText(
  wanted: unknown,
  text: string | undefined,
  compare: (one: string, all: string) => boolean,
): boolean {
  if (text === undefined) return false;
  if (typeof wanted === 'string') return compare(wanted, text);
  if (isObject(wanted) && typeof wanted['equals-ignore-case'] === 'string') {
    return compare(wanted['equals-ignore-case'].toLowerCase(), text.toLowerCase());
  }
  throw new Error(`${JSON.stringify(wanted)} is no text to compare with`);
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `['>', 10, '<=', 20]`. */
function numeric(wanted: unknown, value: number): boolean {
  if (!Array.isArray(wanted)) throw new Error('numeric takes a list');
  return wanted.every((operator, i) => {
    if (i % 2 === 1) return true;
    const compare = COMPARISONS[operator];
    if (!compare) throw new Error(`numeric knows no ${operator}`);
    return compare(value, wanted[i + 1]);
  });
}
