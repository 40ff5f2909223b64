import type { Finding } from './findings.ts';
import { isRecord } from './merge.ts';
import { namesSecret } from './values/secret-names.ts';

/** What nobody would write by accident: forms that only credentials have. */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'the id of an AWS access key'],
  [/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9/+]{40}$/, 'an AWS secret access key'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b(?:gh[pousr]_|github_pat_)\w{20,}/, 'a token of GitHub'],
  [/\bxox[abeoprs]-[\w-]{10,}/, 'a token of Slack'],
  [/\bhvs\.[\w-]{20,}/, 'a token of Vault'],
  [/\bsk_live_\w{16,}/, 'a key of Stripe'],
  [/\bAIza[\w-]{35}/, 'a key of Google'],
  [/\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/, 'a signed token'],
  // A variable or a placeholder in an instruction is no password.
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:(?![$<{*…])[^\s/@]+@/i, 'a password in an address'],
  [/passw(?:or)?d=(?!["']?[$<{*…])[^\s"']{6,}/i, 'a password'],
];

interface Leak {
  readonly path: string;
  readonly what: string;
  readonly text: string;
}

/**
 * Findings about credentials that stand in a plan, and the other findings with none of them in their words: what a
 * plan must not hold, a report must not repeat.
 * @param plan as it was loaded
 */
export function withoutSecrets(plan: unknown, findings: readonly Finding[]): Finding[] {
  const leaks = [...leaksIn(plan, [])];
  const paths = new Set(leaks.map(({ path }) => path));
  return [
    ...leaks.map(reported),
    ...findings
      .filter(({ path }) => !paths.has(path))
      .map((finding) =>
        leaks.reduce<Finding>((clean, { text }) => redacted(clean, text), withoutNamed(finding)),
      ),
  ];
}

const reported = ({ path, what }: Leak): Finding => ({
  code: 'TM012',
  severity: 'error',
  path,
  message: `${what} stands in the plan, which is kept in version control and printed in reports`,
  remedy:
    'put it into a Kubernetes Secret and write the name of that; whoever has read this file may know it, so replace it',
});

function* leaksIn(value: unknown, path: readonly string[]): Generator<Leak> {
  if (typeof value === 'string') {
    const found = SECRETS.find(([pattern]) => pattern.test(value));
    if (found) yield { path: path.join('.'), what: found[1], text: value };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* leaksIn(item, [...path, String(index)]);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) yield* leaksIn(item, [...path, key]);
  }
}

const REDACTED = '(redacted)';

function redacted(finding: Finding, text: string): Finding {
  const clean = (words: string): string => words.replaceAll(text, REDACTED);
  const { value, reason, ...rest } = finding;
  const holds = value !== undefined && [...strings(value)].some((word) => word.includes(text));
  return {
    ...rest,
    message: clean(finding.message),
    remedy: clean(finding.remedy),
    ...(reason !== undefined && { reason: clean(reason) }),
    ...(value !== undefined && { value: holds ? REDACTED : value }),
  };
}

/** No form gives away a password such as `hunter2`: the name of the key that it stands at does. */
function withoutNamed(finding: Finding): Finding {
  const { value } = finding;
  if (value === undefined) return finding;
  const key = finding.path.split('.').findLast((name) => !/^\d+$/.test(name)) ?? '';
  if (typeof value !== 'string') return { ...finding, value: withoutNamedIn(value, key) };
  if (!holdsSecret(key) && key !== 'credentials') return finding;
  return {
    ...finding,
    message: finding.message.replaceAll(JSON.stringify(value), REDACTED),
    value: REDACTED,
  };
}

/** The addresses of alerts, too: their path holds the key to an endpoint. */
const holdsSecret = (key: string): boolean => namesSecret(key) || key === 'https';

function withoutNamedIn(value: unknown, name: string): unknown {
  if (typeof value === 'string') return holdsSecret(name) ? REDACTED : value;
  if (Array.isArray(value)) return value.map((item) => withoutNamedIn(item, name));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutNamedIn(item, key)]),
  );
}

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* strings(item);
  }
}
