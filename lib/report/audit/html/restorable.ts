import type { Audit } from '../../../audit/model.ts';
import { SECONDS_PER_DAY } from '../../../plan/values/duration.ts';
import { type Axis, axis } from './axis.ts';
import { dataTable } from './data-table.ts';
import { html, type Markup } from './markup.ts';
import { type Lane, lanes, steps } from './reach.ts';
import { timeline } from './timeline.ts';
import { ageText, shortText } from './words.ts';

interface Source {
  readonly name: string;
  readonly engine: string;
  readonly lanes: readonly Lane[];
  readonly windowSeconds: number;
}

/** What can be restored of every source, as a picture and as a table. */
export function restorableSection(audit: Audit): Markup {
  const sources = sourcesOf(audit);
  const all = sources.flatMap((source) => source.lanes);
  const ages = all.flatMap(({ toSeconds, row }) => [
    toSeconds,
    (row.promisedDays ?? Number.POSITIVE_INFINITY) * SECONDS_PER_DAY,
  ]);
  const shared = axis(ages);
  return html`<p class="lead">From now, on the left, back in time: each line is a row of the plan, and each stroke a recovery point. It is drawn at the worst moment, just before the next backup is complete. Time runs evenly between two marks of the axis; the marks are further and further apart.</p>
<ul class="legend">
<li><svg class="swatch" aria-hidden="true"><rect class="solid strong" width="100%" height="12"/></svg>any moment can be restored</li>
<li><svg class="swatch" aria-hidden="true"><path class="points strong" d="M2 0v12M12 0v12M22 0v12M32 0v12"/></svg>a recovery point</li>
<li><svg class="swatch" aria-hidden="true"><path class="dense strong" d="M0 6H34"/></svg>many recovery points</li>
<li><svg class="swatch" aria-hidden="true"><path class="points faint" d="M2 0v12M12 0v12M22 0v12M32 0v12"/></svg>kept too, where another line is finer</li>
<li><svg class="swatch" aria-hidden="true"><path class="promised" d="M0 12H33V0"/></svg>how far the plan promises</li>
</ul>
${sources.map((source, i) => figure(source, `timeline-${i + 1}`, shared))}`;
}

function sourcesOf({ retention, objectives }: Audit): Source[] {
  return [...Map.groupBy(retention, ({ source }) => source)].map(([name, rows]) => {
    const objective = objectives.find(({ source }) => source === name);
    // What nobody writes cannot be restored, whatever its schedule would allow.
    const taken = rows.some(({ schedule, notDerived }) => schedule === null && notDerived === null);
    const window = taken ? objective?.windowSeconds : 0;
    return {
      name,
      engine: rows[0]?.engine ?? '',
      lanes: lanes(rows, objective),
      windowSeconds: window === null ? Number.POSITIVE_INFINITY : (window ?? 0),
    };
  });
}

function figure(source: Source, id: string, shared: Axis): Markup {
  const reached = steps(source.lanes);
  return html`<article class="source" aria-labelledby="${id}-name">
<h3 id="${id}-name">${source.name} <span class="engine">${source.engine}</span></h3>
<div class="picture">
${timeline({ ...source, source: source.name, id, axis: shared, steps: reached })}</div>
${dataTable({
  name: 'steps',
  caption: `What can be restored of ${source.name}, by the age of the data`,
  columns: ['Age of the data', 'Restorable', 'From'],
  groups: [
    {
      rows: reached.map((step) => [
        ageText(step),
        shortText(step),
        step.lane === null ? '–' : step.lane.row.kind,
      ]),
    },
  ],
})}</article>
`;
}
