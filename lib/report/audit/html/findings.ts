import type { Audit } from '../../../audit/model.ts';
import { mark, type Standing } from './mark.ts';
import { html, type Markup } from './markup.ts';

type Finding = Audit['findings'][number];
type Severity = Finding['severity'];

/** In the order in which they are read. */
const SEVERITIES: readonly { severity: Severity; standing: Standing; word: string }[] = [
  { severity: 'error', standing: 'bad', word: 'error' },
  { severity: 'warning', standing: 'warn', word: 'warning' },
  { severity: 'exempt', standing: 'accepted', word: 'accepted' },
  { severity: 'info', standing: 'none', word: 'note' },
];

/** What checking the plan found, the worst first; an accepted one with the reason that stands in the plan. */
export function findingsSection({ findings }: Audit): Markup {
  if (findings.length === 0) return html`<p>Checking the plan found nothing.</p>\n`;
  return html`<ul class="findings">
${SEVERITIES.flatMap(({ severity, standing, word }) =>
  findings
    .filter((finding) => finding.severity === severity)
    .map((finding) => item(finding, mark(standing, word))),
)}</ul>
`;
}

function item({ code, path, message, remedy, reason }: Finding, severity: Markup): Markup {
  const why =
    reason === null
      ? html`<p class="remedy"><span class="do">Remedy</span> ${remedy}</p>`
      : html`<p class="reason"><span class="do">Accepted because</span> ${reason}</p>`;
  return html`<li><p class="head">${severity} <span class="code">${code}</span> <code>${path || 'the plan'}</code></p>
<p class="message">${message}</p>
${why}</li>
`;
}
