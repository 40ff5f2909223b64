import { createHash } from 'node:crypto';
import { accountOf } from '../../plan/account.ts';
import type { Finding } from '../../plan/findings.ts';
import { parseRetentionClass } from '../../plan/values/retention.ts';
import { spoken } from '../read/topics.ts';
import type { Fact } from './facts.ts';

export type FindingLike = Pick<Finding, 'code' | 'severity' | 'path' | 'message'> & {
  readonly reason?: string | null | undefined;
  /** The source that it is about, where its place does not tell. */
  readonly source?: string | null | undefined;
};

interface PlaceLike {
  readonly plan: string;
  readonly environment: string;
  readonly account: string;
  readonly replicaAccount?: string | undefined;
  readonly regions: { readonly primary: string; readonly replica: string };
  readonly store?: { readonly url: string; readonly replica?: string | undefined } | undefined;
}

/** What is promised, and where. */
export const placeFacts = (place: PlaceLike): Fact[] => [
  { about: 'environment', environment: place.environment },
  { about: 'plan', plan: place.plan },
  ...(place.store
    ? [storedAt(place.store)]
    : [
        {
          about: 'account',
          account: place.account,
          ofReplica: accountOf(place, 'replica'),
        } as const,
        { about: 'regions', ...place.regions } as const,
      ]),
];

/** Outside of AWS a bucket is what a region is in it. */
const storedAt = ({ url, replica = 'no second place' }: NonNullable<PlaceLike['store']>): Fact => ({
  about: 'regions',
  primary: url,
  replica,
});

/** What the plan accepts with a reason; warnings are there to tell what is accepted now from what is new. */
export function findingFacts(findings: readonly FindingLike[]): Fact[] {
  return findings
    .filter(({ severity }) => severity === 'exempt' || severity === 'warning')
    .map(({ code, severity, path, message, reason, source }) => ({
      about: 'finding',
      source: source ?? sourceAt(path),
      code,
      path,
      accepted: severity === 'exempt',
      message,
      reason: reason ?? null,
    }));
}

/** The name that facts about a group of AWS Backup have in place of a source's. */
export const groupSource = (group: string): string => `AWS Backup of ${group}`;

function sourceAt(path: string): string | null {
  const [, part, name] = /(?:^|\.)(sources|awsBackup\.groups)\.([^.]+)/.exec(path) ?? [];
  if (name === undefined) return null;
  return part === 'sources' ? name : groupSource(name);
}

/** A class without an end and without a move has no rules that could go. */
export function classFacts(names: readonly string[]): Fact[] {
  return [...new Set(names)]
    .filter((name) => {
      const { days, storage } = parseRetentionClass(name);
      return days !== null || storage !== 'standard';
    })
    .map((name) => ({ about: 'class', class: name }));
}

/** The path of an endpoint holds the key to it: a change of that is told, and neither key is. */
export function toldFact(address: string): Fact {
  const shown = spoken(address);
  const digest =
    shown === address ? '' : createHash('sha256').update(address).digest('hex').slice(0, 16);
  return { about: 'told', address: shown, digest };
}
