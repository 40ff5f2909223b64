import type { Audit } from '../../../audit/model.ts';
import { rpoStanding, rtoStanding } from '../../../audit/standing.ts';
import { formatSeconds } from '../../../plan/values/duration.ts';
import { dataTable } from './data-table.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { share } from './share.ts';

type Objective = Audit['objectives'][number];

/** Objectives of every source with what proves them. */
export function proofsSection(audit: Audit): Markup {
  return html`<p class="lead">How much may be lost is proven by the schedules alone, in the worst case: the longest pause between two backups in the calendar, and the longest that a job may take. How long a restore takes is proven by a drill alone.</p>
${dataTable({
  name: 'proofs',
  caption: 'Objectives of every source and their proof',
  columns: [
    'Source',
    'May be lost (RPO)',
    'Lost at worst',
    'Any moment',
    'Back within (RTO)',
    'Last drill',
  ],
  groups: [{ rows: audit.objectives.map((objective) => cells(audit, objective)) }],
})}`;
}

function cells(audit: Audit, objective: Objective): Piece[] {
  const { rpoSeconds, worstLossSeconds, by, windowSeconds, rtoSeconds } = objective;
  return [
    objective.source,
    html`<span class="figure">${formatSeconds(rpoSeconds)}</span>`,
    html`<span class="figure">${formatSeconds(worstLossSeconds)}</span>${share(worstLossSeconds, rpoSeconds, 'of the allowed loss')}<span class="line">${rpo(rpoStanding(audit, objective))} by ${by}</span>`,
    isTaken(audit, objective)
      ? windowText(windowSeconds)
      : 'if somebody takes the backups: no job does',
    html`<span class="figure">${formatSeconds(rtoSeconds)}</span>`,
    measured(objective),
  ];
}

function rpo(standing: ReturnType<typeof rpoStanding>): Markup {
  if (standing === 'proven') return mark('ok', 'proven');
  return standing === 'accepted' ? mark('accepted', 'accepted exception') : mark('bad', 'broken');
}

const isTaken = ({ retention }: Audit, { source }: Objective): boolean =>
  retention.some((row) => row.source === source && row.notDerived === null);

function windowText(seconds: number | null): string {
  if (seconds === null) return 'since the first backup';
  return seconds === 0 ? 'recovery points only' : `of the last ${formatSeconds(seconds)}`;
}

function measured(objective: Objective): Piece {
  const { measuredRtoSeconds, rtoSeconds } = objective;
  const standing = rtoStanding(objective);
  if (measuredRtoSeconds === null) return mark('none', 'none on record: an objective only');
  return html`<span class="figure">${formatSeconds(measuredRtoSeconds)}</span>${share(measuredRtoSeconds, rtoSeconds, 'of the allowed time')}<span class="line">${standing === 'measured' ? mark('ok', 'measured') : mark('bad', 'too slow')}</span>`;
}
