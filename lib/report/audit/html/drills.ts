import type { Audit } from '../../../audit/model.ts';
import { formatSeconds } from '../../../plan/values/duration.ts';
import { formatInstant } from '../../format.ts';
import { scheduleText } from '../../schedule-text.ts';
import { dataTable } from './data-table.ts';
import type { Exhibits } from './exhibits.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { share } from './share.ts';
import { plural } from './words.ts';

type Check = Audit['verification'][number];
type Drill = Audit['drills'][number];

/** How often backups are proven to be worth something. */
export function verificationSection({ verification }: Audit, exhibits: Exhibits): Markup {
  if (verification.length === 0) return html`<p>Nothing is verified.</p>\n`;
  return dataTable({
    name: 'verification',
    caption: 'What is verified of every source, and how often',
    columns: ['Check', 'How often', 'By', 'Last on record', 'Written in'],
    groups: [...Map.groupBy(verification, ({ source }) => source)].map(([source, checks]) => ({
      head: source,
      rows: checks.map((check) => checkCells(check, exhibits)),
    })),
  });
}

function checkCells(check: Check, exhibits: Exhibits): Piece[] {
  return [
    check.check,
    howOften(check),
    check.automated ? 'machine' : 'people',
    lastResult(check),
    check.place === null ? '–' : exhibits.short(check.place),
  ];
}

function howOften({ schedule, automated }: Check): Piece {
  if (schedule !== null) return scheduleText(schedule);
  return automated ? 'whenever one appears' : mark('warn', 'never');
}

function lastResult({ newest }: Check): Piece {
  if (newest === null) return '–';
  const { at, problems } = newest;
  const result =
    problems.length === 0 ? mark('ok', 'sound') : mark('bad', plural(problems.length, 'problem'));
  return html`${result}<span class="small"><time datetime="${at}">${formatInstant(at)}</time></span>`;
}

/** Restores that were tried, as they are on record; newest first. */
export function drillsSection({ drills, objectives }: Audit): Markup {
  if (drills.length === 0) {
    return html`<p>No drill is on record, so every recovery time in this report is an objective and not a measurement.</p>\n`;
  }
  const rto = new Map(objectives.map(({ source, rtoSeconds }) => [source, rtoSeconds]));
  return dataTable({
    name: 'drills',
    caption: 'Drills on record, the newest first',
    columns: ['When', 'Source', 'Outcome', 'Lost', 'Back after', 'Allowed'],
    groups: [{ rows: drills.map((drill) => drillCells(drill, rto.get(drill.source))) }],
  });
}

function drillCells(drill: Drill, allowed: number | undefined): Piece[] {
  const { at, source, outcome, rpoSeconds, rtoSeconds } = drill;
  const seconds = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : formatSeconds(value);
  return [
    html`<time datetime="${at}">${formatInstant(at)}</time>`,
    source,
    outcome === 'succeeded' ? mark('ok', 'succeeded') : mark('bad', 'failed'),
    seconds(rpoSeconds),
    [seconds(rtoSeconds), share(rtoSeconds ?? 0, allowed ?? 0, 'of the allowed time')],
    seconds(allowed),
  ];
}
