import type { z } from 'zod';
import type { Finding } from './findings.ts';
import { knownKeys, nearest } from './known-keys.ts';
import { isRecord, mergeSource } from './merge.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What the values that schemas describe in words are called there, and the code of a malformed one. */
const MALFORMED: readonly (readonly [RegExp, string])[] = [
  [/ is not a (duration|retention)[;,]/, 'TM004'],
  [/ is not a name[;,]/, 'TM006'],
];

/** A plan's form issue as findings; one issue may stand for several unknown keys. */
export function issueFindings(plan: unknown, issue: Issue, prefix: Path = []): Finding[] {
  const path = [...prefix, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(plan, path, key));
    case 'invalid_key': {
      // Keys from a fixed set, such as tiers, are unknown keys; the others are names.
      const [inner] = issue.issues;
      return inner && inner.code !== 'invalid_value'
        ? [finding('TM006', plan, path, inner.message, String(path.at(-1)))]
        : [unknownKey(plan, path.slice(0, -1), String(path.at(-1)))];
    }
    case 'invalid_union': {
      if (issue.discriminator !== undefined) return [oneOf(plan, path, issueOptions(issue))];
      if (issue.message !== 'Invalid input') break;
      const branch = meantBranch(issue.errors, valueAt(plan, path));
      return branch.flatMap((inner) => issueFindings(plan, inner, path));
    }
    case 'invalid_value':
      return [oneOf(plan, path, issue.values.map(String))];
    case 'invalid_type':
      if (!issue.message.startsWith('Invalid input')) break;
      return [wrongType(plan, path, issue.expected)];
  }
  if (valueAt(plan, path) === undefined) return [missing(plan, path, remedyOf(issue.message))];
  const params = issue.code === 'custom' ? issue.params : undefined;
  const code =
    params?.form === 'schedule'
      ? 'TM005'
      : (MALFORMED.find(([pattern]) => pattern.test(issue.message))?.[1] ?? 'TM007');
  return [finding(code, plan, path, issue.message)];
}

/** An object was meant where an object stands: the branch that looked into it says more than the others. */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] {
  const rejects = (branch: readonly Issue[]): boolean =>
    branch.some(({ code, path }) => path.length === 0 && code === 'invalid_type');
  const fits = branches.filter((branch) => !rejects(branch));
  return (isRecord(value) ? fits.at(-1) : fits[0]) ?? branches[0] ?? [];
}

const issueOptions = (issue: Issue): string[] =>
  'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];

export function valueAt(plan: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    plan,
  );
}

function unknownKey(plan: unknown, parent: Path, key: string): Finding {
  const known = knownKeys(...asSource(plan, parent));
  const meant = nearest(key, known);
  const all = known.length > 0 ? `; known here: ${known.join(', ')}` : '';
  return finding(
    'TM001',
    plan,
    [...parent, key],
    `unknown key ${JSON.stringify(key)}; ${meant ? `write ${JSON.stringify(meant)}` : 'remove it'}${all}`,
  );
}

/** The keys of an override are the keys of its source: where to look them up. */
function asSource(plan: unknown, path: Path): [unknown, Path] {
  const [environments, , sources, name, ...below] = path;
  if (environments !== 'environments' || sources !== 'sources' || name === undefined) {
    return [plan, path];
  }
  const source = valueAt(plan, ['sources', String(name)]);
  const merged = mergeSource(source, valueAt(plan, path.slice(0, 4)));
  return [{ sources: { [String(name)]: merged } }, ['sources', String(name), ...below]];
}

function missing(plan: unknown, path: Path, remedy: string): Finding {
  const key = JSON.stringify(String(path.at(-1) ?? 'plan'));
  return finding('TM002', plan, path, `the key ${key} is missing; ${remedy}`);
}

function wrongType(plan: unknown, path: Path, expected: string): Finding {
  const value = valueAt(plan, path);
  const wanted = expected === 'record' ? 'object' : expected === 'array' ? 'list' : expected;
  if (value === undefined && path.length > 0) {
    return missing(plan, path, `add it, a value of type ${wanted}`);
  }
  const found = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
  return finding(
    'TM003',
    plan,
    path,
    `found a value of type ${found}; write one of type ${wanted}`,
  );
}

function oneOf(plan: unknown, path: Path, options: readonly string[]): Finding {
  const value = valueAt(plan, path);
  const list = options.map((option) => `'${option}'`).join(', ');
  if (value === undefined) return missing(plan, path, `add it with one of ${list}`);
  const meant = typeof value === 'string' ? nearest(value, options) : undefined;
  const remedy = meant ? `write '${meant}'; possible are ${list}` : `write one of ${list}`;
  return finding('TM007', plan, path, `${JSON.stringify(value)} is not possible here; ${remedy}`);
}

/** Messages read `what was found; what to write instead`. */
const remedyOf = (message: string): string => /; (.*)$/s.exec(message)?.[1] ?? 'see docs/plan.md';

function finding(
  code: string,
  plan: unknown,
  path: Path,
  message: string,
  value: unknown = valueAt(plan, path),
): Finding {
  return {
    code,
    severity: 'error',
    path: path.map(String).join('.'),
    message: message.replace(/; .*$/s, ''),
    ...(value === undefined ? {} : { value }),
    remedy: remedyOf(message),
  };
}
