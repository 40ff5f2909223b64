import type { Audit } from '../../../audit/model.ts';
import { dataTable } from './data-table.ts';
import type { Exhibits } from './exhibits.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece, separated } from './markup.ts';

type Control = Audit['controls'][number];

const FRAMEWORKS: Readonly<Record<string, string>> = {
  'nist-800-53': 'NIST SP 800-53',
  hipaa: 'HIPAA Security Rule',
  'cis-v8': 'CIS Controls v8',
  soc2: 'SOC 2',
  'iso-27001': 'ISO/IEC 27001:2022',
};

/** What the resources do towards each control, and what they do not. */
export function controlsSection({ controls }: Audit, exhibits: Exhibits): Markup {
  if (controls.length === 0) return html`<p>No control was assessed.</p>\n`;
  return html`<p class="lead">What the resources in the files do towards each control, and no more than that. Whether an organisation satisfies a control is for its auditor to say.</p>
${dataTable({
  name: 'controls',
  caption: 'Controls, their status and the resources that satisfy each',
  columns: ['Control', 'Status', 'What the resources do', 'Resources'],
  groups: [...Map.groupBy(controls, ({ framework }) => framework)].map(([framework, own]) => ({
    head: FRAMEWORKS[framework] ?? framework,
    rows: own.map((control) => cells(control, exhibits)),
  })),
})}`;
}

function cells(
  { id, title, statement, status, resources, missing }: Control,
  exhibits: Exhibits,
): Piece[] {
  return [
    html`<span class="code">${id}</span><span class="small">${title}</span>`,
    standing(status),
    html`${statement}${missing.length > 0 ? html`<ul class="missing">${missing.map((what) => html`<li>Missing: ${what}</li>`)}</ul>` : null}`,
    resources.length === 0 ? 'none' : places(resources, exhibits),
  ];
}

/** A resource once, with each line that counts. */
function places(resources: Control['resources'], exhibits: Exhibits): Piece {
  return [...Map.groupBy(resources, ({ resource }) => resource)].map(
    ([resource, own]) =>
      html`<span class="resource"><span class="name">${resource}</span> ${separated(
        own.map((place) => exhibits.short(place)),
        ' ',
      )}</span> `,
  );
}

function standing(status: Control['status']): Markup {
  if (status === 'satisfied') return mark('ok', 'satisfied');
  return status === 'partly' ? mark('warn', 'partly') : mark('bad', 'not satisfied');
}
