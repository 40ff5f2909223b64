/** Hairlines and columns; on a phone cards. */
export const TABLES = `
.data { width: 100%; border-collapse: collapse; font-size: .9375rem; line-height: 1.45; }
.data th, .data td { padding: .6rem .9rem .6rem 0; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: break-word; }
.data tr > :last-child { padding-right: 0; }
.data thead th { font-size: .8125rem; color: var(--quiet); vertical-align: bottom; border-bottom: 1px solid var(--ink); }
.data tbody tr { border-bottom: 1px solid var(--line); }
.data tbody th[scope="row"] { font-weight: 600; }
.data tbody th .small { font-weight: 400; }
.data .group th { padding: 1.4rem 0 .4rem; font-size: 1.0625rem; font-weight: 600; }
.data .group .engine { font-weight: 400; }
.figure { font-size: 1.0625rem; display: block; }
.data + h3 { margin-top: 2rem; }
.resource { display: block; }
.controls td:nth-child(3) { min-width: 20rem; } .controls td:last-child { min-width: 17rem; }
@media (max-width: 64rem) { .controls td:nth-child(n) { min-width: 0; } }
.missing { margin-top: .4rem; color: var(--warn); }
.key { overflow-wrap: anywhere; }
.matrix .line { white-space: nowrap; }
.share { display: block; max-width: 9rem; margin: .3rem 0; }
.whole { fill: var(--line); } .within .part { fill: var(--tide); } .over .part { fill: var(--bad); }

@media screen and (max-width: 64rem) {
  .data:not(.steps), .data:not(.steps) tbody, .data:not(.steps) tr, .data:not(.steps) th, .data:not(.steps) td { display: block; }
  .data:not(.steps) thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .data:not(.steps) tbody tr { padding: .9rem 0; }
  .data:not(.steps) tbody tr.group { padding: 0; }
  .data:not(.steps) tbody th[scope="row"] { padding: 0 0 .4rem; }
  .data:not(.steps) td[data-label] { padding: .2rem 0 .2rem 8.5rem; position: relative; min-height: 1.8rem; }
  .data:not(.steps) td[data-label]::before { content: attr(data-label) / ""; position: absolute; left: 0; width: 8rem; color: var(--quiet); font-size: .8125rem; line-height: 1.65; }
  .files li { grid-template-columns: 3rem 1fr; }
  .files .digest { grid-column: 2; }
}
`;
