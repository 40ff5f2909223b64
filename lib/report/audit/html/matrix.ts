import type { Audit } from '../../../audit/model.ts';
import { formatSeconds } from '../../../plan/values/duration.ts';
import { scheduleText } from '../../schedule-text.ts';
import { bucketsTable } from './buckets.ts';
import { dataTable } from './data-table.ts';
import type { Exhibits } from './exhibits.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { daysText, rowName, yearsText } from './words.ts';

type Row = Audit['retention'][number];
type Stored = Row['stored'][number];

/** Every promise beside what the files say in each region. */
export function matrixSection(audit: Audit, exhibits: Exhibits): Markup {
  const { primary, replica } = audit.regions;
  return html`<p class="lead">What the plan promises, beside what the templates and manifests say. An object is <em>visible</em> for at least the days of its promise; S3 may remove it for good only after the <em>deletable</em> days; both count from the day it was written. References such as F1:40 are a file and its line, listed under <a href="#files">Files</a>.</p>
${dataTable({
  name: 'matrix',
  caption: 'Retention matrix: every promise and what keeps it in each region',
  columns: [
    'Promise',
    'Kept for',
    `In ${primary}`,
    `Copied to ${replica}`,
    'Object lock',
    'Encryption',
    'Written by',
    'Holds',
  ],
  groups: [...Map.groupBy(audit.retention, ({ source }) => source)].map(([source, rows]) => ({
    head: html`${source} <span class="engine">${rows[0]?.engine ?? ''}</span>`,
    rows: rows.map((row) => cells(row, exhibits)),
  })),
})}${bucketsTable(audit, exhibits)}`;
}

function cells(row: Row, exhibits: Exhibits): Piece[] {
  return [
    html`${rowName(row)}<span class="small">${cadence(row)}</span>`,
    kept(row),
    regions(row, 'primary', exhibits),
    [regions(row, 'replica', exhibits), copied(row, exhibits)],
    alike(row.stored, lockText),
    alike(row.stored, encryptionText),
    writtenBy(row, exhibits),
    standing(row),
  ];
}

function kept({ promisedDays, class: name }: Row): Markup {
  const years = yearsText(promisedDays);
  return html`<span class="line">${daysText(promisedDays)}</span>${years && html`<span class="small">${years}</span>`}<code class="small">${name}</code>`;
}

function writtenBy({ job, notDerived }: Row, exhibits: Exhibits): Piece {
  if (job !== null) return html`<span class="name">${job.resource}</span> ${exhibits.short(job)}`;
  return html`no job${notDerived && html`<span class="small">${notDerived}</span>`}`;
}

function cadence({ schedule, everySeconds }: Row): string {
  return schedule === null
    ? `continuous, stored at least every ${formatSeconds(everySeconds)}`
    : scheduleText(schedule);
}

function regions({ stored }: Row, role: Stored['role'], exhibits: Exhibits): Piece {
  const found = stored.filter((one) => one.role === role);
  return found.length === 0 ? '–' : found.map((one) => region(one, exhibits));
}

function region(stored: Stored, exhibits: Exhibits): Markup {
  const { visibleDays, deletableDays, coldAfterDays, storageClass, place } = stored;
  if (place === null) return html`<span class="line">no bucket in the files</span>`;
  const cold =
    coldAfterDays === null
      ? null
      : html`<span class="small">after ${coldAfterDays} d in ${storageClass ?? 'another class'}</span>`;
  const visible = visibleDays === null ? 'for ever' : `${visibleDays} d`;
  const deletable = deletableDays === null ? 'never' : `${deletableDays} d`;
  return html`<span class="line">visible ${visible} ${exhibits.short(place)}</span><span class="line">deletable ${deletable}</span>${cold}`;
}

function copied({ replication, stored }: Row, exhibits: Exhibits): Piece {
  if (replication === null)
    return stored.length === 0 ? null : html`<span class="small">not replicated</span>`;
  const { withinMinutes, place } = replication;
  const text = withinMinutes === null ? 'at no certain time' : `within ${withinMinutes} min`;
  return html`<span class="small">${text} ${exhibits.short(place)}</span>`;
}

/** Said once where all regions agree, else for each. */
function alike(stored: readonly Stored[], text: (one: Stored) => Piece): Piece {
  const [first] = stored;
  if (first === undefined) return '–';
  const said = stored.map(text);
  const same = new Set(said.map((piece) => html`${piece}`.text)).size === 1;
  if (same) return said[0] ?? null;
  return stored.map((one, i) => html`<span class="line">${one.region}: ${said[i] ?? null}</span>`);
}

const lockText = ({ lock }: Stored): Piece =>
  lock === null ? 'none' : html`${lock.mode}<span class="line">${lock.days} d</span>`;

const encryptionText = ({ encryption }: Stored): Piece =>
  encryption === null ? 'none of our own' : encryption.algorithm;

function standing(row: Row): Markup {
  if (row.notDerived !== null) return mark('none', 'not derived');
  return row.kept ? mark('ok', 'kept') : mark('bad', 'not kept');
}
