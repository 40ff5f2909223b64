import type { Audit } from '../../../audit/model.ts';
import { dataTable } from './data-table.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece } from './markup.ts';

type Stored = Audit['retention'][number]['stored'][number];

/** Where everything lies and what it is encrypted with: once for each bucket, because all rows share it. */
export function bucketsTable({ retention }: Audit): Markup | null {
  const stored = retention.flatMap((row) => row.stored);
  if (stored.length === 0) return null;
  const told = new Map(
    stored.map((one) => [
      cells(one)
        .map((piece) => html`${piece}`.text)
        .join(),
      one,
    ]),
  );
  return html`<h3>Buckets</h3>
${dataTable({
  name: 'buckets',
  caption: 'Buckets of both regions, with their encryption',
  columns: ['Bucket', 'Region', 'Encryption', 'Key', 'Versions'],
  groups: [{ rows: [...told.values()].map(cells) }],
})}`;
}

function cells({ bucket, region, role, encryption, versioned }: Stored): Piece[] {
  return [
    html`<span class="name">${bucket}</span>`,
    html`${region}<span class="small">${role}</span>`,
    encryption === null ? mark('warn', 'none of our own') : encryption.algorithm,
    encryption === null ? '–' : html`<span class="name">${encryption.key}</span>`,
    versioned ? 'kept' : mark('warn', 'not kept'),
  ];
}
