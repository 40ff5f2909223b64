import { html, type Markup, type Piece } from './markup.ts';

interface Rows {
  /** Spans all columns, above the rows. */
  readonly head?: Piece;
  /** As many cells as there are columns; the first one names the row. */
  readonly rows: readonly (readonly Piece[])[];
}

interface DataTable {
  /** For those who do not see the heading above it. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly groups: readonly Rows[];
  /** A class of the style sheet. */
  readonly name: string;
}

/**
 * A table on wide screens and on paper; on a phone every row is a card, whose lines carry the columns' names. Roles are
 * written out because a browser takes them away from a table that is laid out in another way.
 */
export function dataTable({ caption, columns, groups, name }: DataTable): Markup {
  return html`<table role="table" class="data ${name}">
<caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(
    (column) => html`<th role="columnheader" scope="col">${column}</th>`,
  )}</tr></thead>
${groups.map((group) => body(group, columns))}</table>
`;
}

function body({ head, rows }: Rows, columns: readonly string[]): Markup {
  const title =
    head === undefined
      ? null
      : html`<tr role="row" class="group"><th role="rowheader" scope="rowgroup" colspan="${columns.length}">${head}</th></tr>
`;
  return html`<tbody role="rowgroup">
${title}${rows.map((row) => html`<tr role="row">${row.map((piece, i) => cell(piece, columns[i] ?? '', i))}</tr>\n`)}</tbody>
`;
}

function cell(piece: Piece, column: string, index: number): Markup {
  return index === 0
    ? html`<th role="rowheader" scope="row">${piece}</th>`
    : html`<td role="cell" data-label="${column}">${piece}</td>`;
}
