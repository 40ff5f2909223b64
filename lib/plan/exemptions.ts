import type { Finding } from './findings.ts';
import type { Plan } from './schema.ts';

type Exemption = Plan['exemptions'][number];

/** At some moments there is nothing to restore: no number could be stated for what is lost. */
const NEVER_ACCEPTED = new Set(['TM201']);

/**
 * Turns findings that the plan accepts into `exempt` ones with the plan's reason. Findings about the form never come
 * here: what cannot be built cannot be accepted.
 */
export function applyExemptions(
  exemptions: readonly Exemption[],
  findings: readonly Finding[],
): Finding[] {
  return findings.map((finding) => {
    if (finding.severity === 'info' || NEVER_ACCEPTED.has(finding.code)) return finding;
    const exemption = exemptions.find((e) => matches(e, finding));
    return exemption ? { ...finding, severity: 'exempt', reason: exemption.reason } : finding;
  });
}

/** @param findings of every environment: an exemption may be about one of them alone */
export function idleExemptions(
  exemptions: readonly Exemption[],
  findings: readonly Finding[],
): Finding[] {
  return exemptions.flatMap((exemption, index) =>
    findings.some((finding) => matches(exemption, finding)) ? [] : [unmatched(exemption, index)],
  );
}

/** A part that sources share, such as the plan's objectives, can be accepted for one of them: `sources.redis`. */
function matches({ code, path }: Exemption, finding: Finding): boolean {
  return (
    code === finding.code &&
    (path === '' ||
      finding.path === path ||
      finding.path.startsWith(`${path}.`) ||
      (finding.source !== undefined && path === `sources.${finding.source}`))
  );
}

function unmatched(exemption: Exemption, index: number): Finding {
  const form = exemption.code.startsWith('TM0');
  return {
    code: 'TM701',
    severity: 'warning',
    path: `exemptions.${index}`,
    message: form
      ? `${exemption.code} is about the form of the plan, which cannot be exempted`
      : `the exemption matches no finding: no ${exemption.code} is reported at ${JSON.stringify(exemption.path)} in any environment`,
    value: exemption,
    remedy: form
      ? 'remove the exemption and correct what is reported'
      : "remove the exemption, or correct its code and path to those that 'tidemark check' prints",
  };
}
