/** Paper: the text of a page's edge, and nothing cut in two that can stay whole. */
export function print(title: string): string {
  return `
@page { size: A4; margin: 16mm 14mm 18mm;
  @bottom-left { content: ${quoted(`Backup audit of ${title}`)}; font: 8pt Arial, sans-serif; color: #55606a; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Arial, sans-serif; color: #55606a; } }
@media print {
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  .contents, .skip { display: none; }
  .opening { padding-top: 0; }
  .section { margin-top: 2.5rem; }
  h2, h3, .lead, .legend, .group { break-after: avoid; }
  tr, li, .source, .facts, .legend, .lead { break-inside: avoid; }
  thead { display: table-header-group; }
  p { orphans: 3; widows: 3; }
  a { color: inherit; text-decoration: none; }
  .data { font-size: .8125rem; }
  .data th, .data td { padding-right: .6rem; }
  .source { grid-template-columns: minmax(0, 1fr) 19rem; gap: .5rem 1.5rem; padding: 1rem 0 1.25rem; }
  .source h3 { grid-column: 1 / -1; }
  .timeline text { font-size: 11px; }
  .legend { display: block; }
  .legend li { display: inline-flex; margin-right: 1rem; }
  .figure { font-size: 1em; }
  .matrix { font-size: .75rem; }
  .matrix .small, .matrix code, .matrix .name, .matrix .place { font-size: .6875rem; }
  .section-problems { border: 1px solid var(--line); border-left: 4px solid var(--bad); }
  .section-problems, .window, .solid, .whole, .part { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
}

/** A string of CSS in which no character of the data means anything to CSS or HTML. */
function quoted(text: string): string {
  const safe = text.replace(/[^\w /.-]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0 ? '' : `\\${code.toString(16)} `;
  });
  return `"${safe}"`;
}
