import type { CostRow } from '../../audit/costs/model.ts';
import { usdOf } from '../../audit/costs/rows.ts';
import type { Audit, Place } from '../../audit/model.ts';
import { awsBackupRows } from './csv-aws-backup.ts';

type Row = Audit['retention'][number];
type Stored = Row['stored'][number];
type Cell = string | number | boolean | null | undefined;

/** A region of a promise, or nothing where the promise is stored nowhere. */
type Column = (row: Row, stored: Stored | undefined, audit: Audit) => Cell;

const COLUMNS: Readonly<Record<string, Column>> = {
  plan: (_row, _stored, { plan }) => plan,
  environment: (_row, _stored, { environment }) => environment,
  source: ({ source }) => source,
  engine: ({ engine }) => engine,
  kind: ({ kind }) => kind,
  tier: ({ tier }) => tier,
  schedule: ({ schedule }) => schedule?.cron ?? 'continuous',
  'time zone': ({ schedule }) => schedule?.timezone,
  'longest gap seconds': ({ everySeconds }) => everySeconds,
  'promised days': ({ promisedDays }) => daysOf(promisedDays),
  class: (row) => row.class,
  kept: ({ kept, notDerived }) => (notDerived === null ? (kept ? 'yes' : 'no') : 'not derived'),
  region: (_row, stored) => stored?.region,
  role: (_row, stored) => stored?.role,
  bucket: (_row, stored) => stored?.bucket,
  'visible days': (_row, stored) => stored?.place && daysOf(stored.visibleDays),
  'deletable after days': (_row, stored) => stored?.place && daysOf(stored.deletableDays),
  'cold after days': (_row, stored) => stored?.coldAfterDays,
  'storage class': (_row, stored) => stored?.place && (stored.storageClass ?? 'STANDARD'),
  'lock mode': (_row, stored) => stored && (stored.lock?.mode ?? 'none'),
  'lock days': (_row, stored) => stored?.lock?.days,
  encryption: (_row, stored) => stored && (stored.encryption?.algorithm ?? 'none'),
  key: (_row, stored) => stored?.encryption?.key,
  versioned: (_row, stored) => stored && (stored.versioned ? 'yes' : 'no'),
  rule: (_row, stored) => placeOf(stored?.place),
  'replicated to': ({ replication }, stored) =>
    stored?.role === 'primary' ? (replication?.toRegion ?? 'nowhere') : undefined,
  'within minutes': ({ replication }, stored) =>
    stored?.role === 'primary' ? replication?.withinMinutes : undefined,
  job: ({ job }) => placeOf(job),
  'stored bytes': (row, stored, audit) => sumOf(row, stored, audit, ({ bytes }) => bytes, 0),
  'usd a month': (row, stored, audit) => sumOf(row, stored, audit, usdOf, 4),
  'not derived because': ({ notDerived }) => notDerived,
};

/** The retention matrix for a spreadsheet (RFC 4180): a row for each promise in each region. */
export function csvText(audit: Audit): string {
  const columns = Object.values(COLUMNS);
  const rows = [...audit.retention, ...awsBackupRows(audit)].flatMap((row) => {
    const regions = row.stored.length === 0 ? [undefined] : row.stored;
    return regions.map((stored) => columns.map((column) => column(row, stored, audit)));
  });
  return [Object.keys(COLUMNS), ...rows]
    .map((cells) => `${cells.map(csvCell).join(',')}\r\n`)
    .join('');
}

/** Of all storage classes; nothing where it is not known how much is stored. */
function sumOf(
  { source, kind, tier }: Row,
  stored: Stored | undefined,
  { costs }: Audit,
  value: (row: CostRow) => number,
  digits: number,
): Cell {
  const own = (costs?.rows ?? []).filter(
    (row) =>
      row.source === source && row.kind === kind && row.tier === tier && row.role === stored?.role,
  );
  if (own.length === 0) return undefined;
  return Number(own.reduce((sum, row) => sum + value(row), 0).toFixed(digits));
}

const daysOf = (days: number | null): Cell => days ?? 'for ever';

const placeOf = (place: Place | null | undefined): Cell =>
  place && `${place.file}:${place.line} ${place.resource}`;

/** What a spreadsheet would run as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

export function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  const text = typeof cell === 'string' && FORMULA.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
