import type { Finding } from '../../plan/findings.ts';
import { parseRetentionClass } from '../../plan/values/retention.ts';
import type { Fact } from './facts.ts';

export type FindingLike = Pick<Finding, 'code' | 'severity' | 'path' | 'message'> & {
  readonly reason?: string | null | undefined;
};

/** What the plan accepts with a reason; warnings are there to tell what is accepted now from what is new. */
export function findingFacts(findings: readonly FindingLike[]): Fact[] {
  return findings
    .filter(({ severity }) => severity === 'exempt' || severity === 'warning')
    .map(({ code, severity, path, message, reason }) => ({
      about: 'finding',
      source: /(?:^|\.)sources\.([^.]+)/.exec(path)?.[1] ?? null,
      code,
      path,
      accepted: severity === 'exempt',
      message,
      reason: reason ?? null,
    }));
}

/** A class without an end and without a move to cold storage has no rules that could go. */
export function classFacts(names: readonly string[]): Fact[] {
  return [...new Set(names)]
    .filter((name) => {
      const { days, cold } = parseRetentionClass(name);
      return days !== null || cold;
    })
    .map((name) => ({ about: 'class', class: name }));
}
