/** The timeline of a source and the words beside it. */
export const PICTURE = `
.source { padding: 1.75rem 0 2rem; border-top: 1px solid var(--line); display: grid; gap: .5rem 3rem; }
.source h3, .source .picture { min-width: 0; }
@media screen and (min-width: 64.01rem) { .source { grid-template-columns: minmax(0, 1fr) 21rem; } .source h3 { grid-column: 1 / -1; } }
.timeline, .swatch { display: block; overflow: visible; }
.timeline text { font-size: 12px; fill: var(--quiet); }
.timeline .lane-name { font-weight: 600; fill: var(--ink); }
.timeline .window-label { fill: var(--tide); font-weight: 600; }
.timeline .tick { font-size: 11.5px; }
.grid { stroke: var(--line); stroke-dasharray: 20 20; }
.window { fill: var(--wash); }
.window-end, .window-top { stroke: var(--tide); stroke-width: 1.5; }
.window-end { stroke-dasharray: 20 20; }
.promised, .points, .dense { fill: none; vector-effect: non-scaling-stroke; }
.promised { stroke: var(--quiet); stroke-width: 1; }
.points { stroke-width: 2; }
.dense { stroke-width: 12; stroke-dasharray: 1.5 1.5; }
.strong { stroke: var(--tide); } .faint { stroke: var(--tide-faint); }
.solid { stroke: none; } .solid.strong { fill: var(--tide); } .solid.faint { fill: var(--tide-faint); }
.legend { display: flex; flex-wrap: wrap; gap: .5rem 1.75rem; font-size: .8125rem; color: var(--quiet); margin-bottom: 1.5rem; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.swatch { width: 34px; height: 12px; flex: none; }
.steps th[scope] { white-space: nowrap; }
.steps { font-size: .8125rem; align-self: start; }
.data.steps th[scope="row"] { font-weight: 400; color: var(--quiet); }
.data.steps th, .data.steps td { padding-top: .4rem; padding-bottom: .4rem; }
`;
