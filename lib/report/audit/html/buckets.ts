import type { BucketRow } from '../../../audit/buckets/model.ts';
import type { Audit } from '../../../audit/model.ts';
import { PURPOSE } from '../bucket-words.ts';
import { dataTable } from './data-table.ts';
import type { Exhibits } from './exhibits.ts';
import { mark } from './mark.ts';
import { html, type Markup, type Piece } from './markup.ts';
import { daysText } from './words.ts';

type Stored = Audit['retention'][number]['stored'][number];

/** Where everything lies and what protects it: once for each bucket, because all rows share it. */
export function bucketsTable({ retention, buckets }: Audit, exhibits: Exhibits): Markup | null {
  if (buckets.length > 0) return ofAll(buckets, exhibits);
  // An audit of an earlier version tells of the buckets of the backups alone.
  const stored = retention.flatMap((row) => row.stored);
  if (stored.length === 0) return null;
  const told = new Map(stored.map((one) => [`${one.region} ${one.bucket}`, one]));
  return html`<h3>Buckets</h3>
${dataTable({
  name: 'buckets',
  caption: 'Buckets of both regions, with their encryption',
  columns: ['Bucket', 'Region', 'Encryption', 'Key', 'Versions'],
  groups: [{ rows: [...told.values()].map(storedCells) }],
})}`;
}

function storedCells({ bucket, region, role, encryption, versioned }: Stored): Piece[] {
  return [
    html`<span class="name">${bucket}</span>`,
    html`${region}<span class="small">${role}</span>`,
    encryption === null ? mark('warn', 'none of our own') : encryption.algorithm,
    encryption === null ? '–' : html`<span class="name">${encryption.key}</span>`,
    versioned ? 'kept' : mark('warn', 'not kept'),
  ];
}

function ofAll(buckets: readonly BucketRow[], exhibits: Exhibits): Markup {
  const purposes = [...Map.groupBy(buckets, ({ purpose }) => purpose)];
  return html`<h3>Buckets</h3>
${dataTable({
  name: 'buckets',
  caption: 'Buckets of both regions, with what protects them',
  columns: ['Bucket', 'Encryption', 'Object lock', 'What is in it', 'Copied to', 'Holds'],
  groups: purposes.map(([purpose, rows]) => ({
    head: PURPOSE[purpose],
    rows: rows.map((row) => cells(row, exhibits)),
  })),
})}`;
}

function cells(bucket: BucketRow, exhibits: Exhibits): Piece[] {
  const { name, region, role, encryption, copiedTo, place, kept } = bucket;
  return [
    html`<span class="name">${name}</span><span class="small">${region}, ${role}</span>`,
    encryption === null
      ? mark('warn', 'none of our own')
      : html`${encryption.algorithm}<span class="small name">${encryption.key}</span>`,
    lock(bucket),
    life(bucket),
    copiedTo === null ? '–' : html`<span class="name">${copiedTo}</span>`,
    [
      kept ? mark('ok', 'kept') : mark('bad', 'not kept'),
      place === null ? ' no bucket in the files' : html` ${exhibits.short(place)}`,
    ],
  ];
}

function lock({ lock: found, takesHolds }: BucketRow): Piece {
  const holds = takesHolds ? 'legal holds are taken' : 'no legal holds';
  const text = found === null ? 'none by default' : `${found.mode}, ${daysText(found.days)}`;
  return html`${text}<span class="small">${holds}</span>`;
}

function life({ purpose, versioned, expiresAfterDays, hiddenForDays }: BucketRow): Piece {
  const versions = versioned ? 'versions are kept' : mark('warn', 'no versions');
  if (purpose === 'backups') return html`by class, as above<span class="small">${versions}</span>`;
  const expires = expiresAfterDays === null ? 'until it is removed' : daysText(expiresAfterDays);
  const hidden = hiddenForDays === null ? null : `, then ${daysText(hiddenForDays)} hidden`;
  return html`${expires}${hidden}<span class="small">${versions}</span>`;
}
