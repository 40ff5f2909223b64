import type { Exhibits } from './exhibits.ts';
import { html, type Piece } from './markup.ts';
import type { Section } from './page.ts';
import type { Verdict } from './verdict.ts';
import { plural } from './words.ts';

/** What has to be mended, and how: the first thing to read. No section where there is none. */
export function problems(all: Verdict['problems'], exhibits: Exhibits): Section[] {
  if (all.length === 0) return [];
  const body = html`<ol>
${all.map((problem) => item(problem, exhibits))}</ol>
`;
  return [{ id: 'problems', heading: `${plural(all.length, 'problem')} to mend`, body }];
}

function item({ place, message, remedy }: Verdict['problems'][number], exhibits: Exhibits): Piece {
  const where =
    place === null
      ? null
      : html`<p class="where">${exhibits.full(place)} <span class="name">${place.resource}</span></p>`;
  return html`<li><p class="message">${message}</p>
<p class="remedy"><span class="do">Remedy</span> ${remedy}</p>
${where}</li>
`;
}
