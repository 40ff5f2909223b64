import { styleText } from 'node:util';
import type { Finding, Severity } from '../plan/findings.ts';
import { shownOnOneLine } from './shown.ts';

const MARKS: Record<Severity, { mark: string; color: 'red' | 'yellow' | 'cyan' | 'gray' }> = {
  error: { mark: 'error', color: 'red' },
  warning: { mark: 'warning', color: 'yellow' },
  info: { mark: 'info', color: 'cyan' },
  exempt: { mark: 'exempt', color: 'gray' },
};

const ORDER: Severity[] = ['error', 'warning', 'exempt', 'info'];

/** Findings as a person reads them: the worst first, each with what was found and what to write instead. */
export function findingsText(
  findings: readonly Finding[],
  stream: NodeJS.WritableStream = process.stdout,
): string {
  return [...findings]
    .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
    .map((finding) => {
      const { mark, color } = MARKS[finding.severity];
      const lines = [
        `${styleText(color, mark.padEnd(7), { stream })} ${finding.code}  ${shownOnOneLine(finding.path) || '(plan)'}`,
        `        ${shownOnOneLine(finding.message)}`,
        `        → ${shownOnOneLine(finding.remedy)}`,
      ];
      if (finding.reason !== undefined) {
        lines.push(`        accepted: ${shownOnOneLine(finding.reason)}`);
      }
      return lines.join('\n');
    })
    .join('\n\n');
}
