import type { AwsBackupRow } from '../../../audit/aws-backup/model.ts';
import type { Audit } from '../../../audit/model.ts';
import { scheduleText } from '../../schedule-text.ts';
import { lockText } from '../table-aws-backup.ts';
import { dataTable } from './data-table.ts';
import type { Exhibits } from './exhibits.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { daysText, yearsText } from './words.ts';

type Points = AwsBackupRow['points'][number];

/** Every rule of AWS Backup beside what the templates say of it in both regions; nothing where the plan has none. */
export function awsBackupSections(
  { awsBackup, regions }: Audit,
  exhibits: Exhibits,
): { id: string; heading: string; body: Markup }[] {
  if (awsBackup.length === 0) return [];
  const body = html`<p class="lead">What lives in AWS itself is backed up by AWS Backup, under the rules of its plans. A rule is kept when its own times, days and copies, its selection of resources, its restore test and both vaults are as the plan needs them.</p>
${dataTable({
  name: 'aws-backup',
  caption: 'Rules of AWS Backup and what keeps each of them',
  columns: [
    'Rule',
    'Kept for',
    `In ${regions.primary}`,
    `Copied to ${regions.replica}`,
    'Tried by a restore',
    'Holds',
  ],
  groups: [...Map.groupBy(awsBackup, ({ group }) => group)].map(([group, rows]) => ({
    head: html`${group} <span class="engine">${rows[0]?.resources.join(', ') ?? ''} with <code>${rows[0]?.tag ?? ''}</code></span>`,
    rows: rows.map((row) => cells(row, exhibits)),
  })),
})}${vaults(awsBackup)}`;
  return [{ id: 'aws-backup', heading: 'AWS Backup', body }];
}

function cells(row: AwsBackupRow, exhibits: Exhibits): Piece[] {
  const { rule, tier, schedule, promisedDays, points, kept } = row;
  const years = yearsText(promisedDays);
  const of = (role: Points['role']) => points.find((one) => one.role === role);
  return [
    html`${rule}<span class="small">${tier === null ? 'every moment of them' : scheduleText(schedule)}</span>`,
    html`<span class="line">${daysText(promisedDays)}</span>${years && html`<span class="small">${years}</span>`}`,
    region(of('primary'), exhibits),
    region(of('replica'), exhibits),
    tried(row, exhibits),
    kept ? mark('ok', 'kept') : mark('bad', 'not kept'),
  ];
}

function region(points: Points | undefined, exhibits: Exhibits): Piece {
  if (!points) return '–';
  const { keepDays, coldAfterDays, place } = points;
  const cold =
    coldAfterDays === null ? null : html`<span class="small">cold after ${coldAfterDays} d</span>`;
  return html`<span class="line">${daysText(keepDays)} ${exhibits.short(place)}</span>${cold}`;
}

function tried({ restoreTest }: AwsBackupRow, exhibits: Exhibits): Piece {
  if (!restoreTest) return mark('none', 'never');
  const { schedule, place } = restoreTest;
  return html`${scheduleText(schedule)} ${place === null ? mark('bad', 'no test in the files') : exhibits.short(place)}`;
}

function vaults(rows: readonly AwsBackupRow[]): Piece {
  const found = new Map(rows.flatMap(({ points }) => points.map((one) => [one.region, one])));
  if (found.size === 0) return null;
  return html`<h3>Vaults</h3>
${dataTable({
  name: 'vaults',
  caption: 'Vaults of both regions, with their keys and locks',
  columns: ['Vault', 'Region', 'Key', 'Lock'],
  groups: [
    {
      rows: [...found.values()].map((one) => [
        html`<span class="name">${one.vault}</span>`,
        html`${one.region}<span class="small">${one.role}</span>`,
        one.key === null
          ? mark('bad', 'none of its own')
          : html`<span class="name">${one.key}</span>`,
        lockText(one),
      ]),
    },
  ],
})}`;
}
