import type { BucketRow } from '../../audit/buckets/model.ts';
import type { Audit } from '../../audit/model.ts';
import { formatSeconds } from '../../plan/values/duration.ts';
import { parseRetentionClass } from '../../plan/values/retention.ts';
import { table } from '../format.ts';
import { scheduleText } from '../schedule-text.ts';
import { shortPlace } from './places.ts';
import type { Style } from './table.ts';

type Row = Audit['retention'][number];
type Stored = Row['stored'][number];

const HEAD = ['what', 'how often', 'promised', 'visible', 'deletable after', 'cold', 'rule', 'job'];

/** The matrix, a table for each source, and once what holds for a whole bucket. */
export function retentionLines(audit: Audit, style: Style): string[] {
  const sources = Map.groupBy(audit.retention, ({ source }) => source);
  return [
    ...[...sources].flatMap(([source, rows]) => [
      `${source}  ${style('dim', rows[0]?.engine ?? '')}`,
      ...sourceTable(audit, rows, style),
      '',
    ]),
    ...bucketLines(audit),
    ...besideLines(audit),
  ];
}

function sourceTable(audit: Audit, rows: readonly Row[], style: Style): string[] {
  const [head = '', ...body] = table(
    HEAD,
    rows.map((row) => cells(audit, row)),
  ).split('\n');
  const reasons = Map.groupBy(
    rows.filter(({ notDerived }) => notDerived !== null),
    ({ notDerived }) => notDerived,
  );
  return [
    style('dim', `    ${head}`),
    ...body.map((line, index) => `  ${mark(rows[index], style)} ${line}`),
    ...[...reasons].map(([reason, without]) => {
      const kinds = new Set(without.map(({ kind }) => kind));
      return style('dim', `    ${[...kinds].join(', ')}: ${reason}`);
    }),
  ];
}

/** Whether the files keep it: yes, no, or not theirs to keep. */
function mark(row: Row | undefined, style: Style): string {
  if (!row || row.notDerived !== null) return style('dim', '-');
  return row.kept ? style('green', '✓') : style('red', '✗');
}

function cells(audit: Audit, row: Row): string[] {
  const { kind, tier, schedule, everySeconds, promisedDays, stored, job } = row;
  const { storage } = parseRetentionClass(row.class);
  return [
    tier === null ? kind : `${kind} ${tier}`,
    schedule ? scheduleText(schedule) : `at least every ${formatSeconds(everySeconds)}`,
    `${days(promisedDays)}${storage === 'standard' ? '' : ` (${storage})`}`,
    both(stored, ({ visibleDays }) => days(visibleDays)),
    both(stored, ({ deletableDays }) => (deletableDays === null ? 'never' : days(deletableDays))),
    both(stored, ({ storageClass, coldAfterDays }) =>
      storageClass === null ? 'no' : `${storageClass} after ${days(coldAfterDays)}`,
    ),
    both(stored, ({ place }) => `:${place?.line}`),
    job ? shortPlace(audit, job) : '',
  ];
}

/** What the templates of the two regions say: once where it is the same. */
const both = (stored: readonly Stored[], text: (stored: Stored) => string): string =>
  [...new Set(stored.map((one) => (isThere(one) ? text(one) : 'none')))].join(' / ');

/** A bucket that the files do not have keeps nothing, not even for ever. */
const isThere = ({ place }: Stored): boolean => place !== null;

const days = (count: number | null): string => (count === null ? 'for ever' : `${count} d`);

function bucketLines({ retention, account }: Audit): string[] {
  const stored = retention.flatMap((row) => row.stored);
  if (stored.length === 0) {
    return [
      account === ''
        ? "outside of AWS: no file says how long it is kept; 'tidemark bucket-rules' prints how it is set"
        : 'nothing is stored',
    ];
  }
  const buckets = new Map(stored.map((one) => [one.region, one]));
  const copy = retention.find(({ replication }) => replication)?.replication;
  const within = copy?.withinMinutes ? ` within ${copy.withinMinutes} min` : '';
  return [
    ...[...buckets.values()].flatMap((bucket) => [
      `${bucket.region}  ${bucket.role}  s3://${bucket.bucket}`,
      `  ${bucketText(bucket)}`,
    ]),
    copy
      ? `second copy  everything, to ${copy.toRegion}${within}  (line ${copy.place.line})`
      : 'second copy  NONE',
  ];
}

const bucketText = (bucket: Stored): string =>
  isThere(bucket) ? settingsText(bucket) : 'NO SUCH BUCKET IN THE FILES';

const settingsText = ({
  versioned,
  encryption,
  lock,
}: Pick<Stored, 'versioned' | 'encryption' | 'lock'>): string =>
  [
    versioned ? 'versioned' : 'NOT VERSIONED',
    encryption ? `${encryption.algorithm} with ${encryption.key}` : 'NOT ENCRYPTED',
    lock ? `locked for ${lock.days} d in ${lock.mode} mode` : 'no object lock',
  ].join('; ');

/** Buckets beside those of the backups. */
const besideLines = ({ buckets }: Audit): string[] =>
  buckets
    .filter(({ purpose }) => purpose !== 'backups')
    .flatMap((bucket) => [
      `${bucket.purpose}  ${bucket.region}  ${bucket.role}  s3://${bucket.name}`,
      `  ${bucket.place === null ? 'NO SUCH BUCKET IN THE FILES' : besideText(bucket)}`,
    ]);

function besideText(bucket: BucketRow): string {
  const { expiresAfterDays, hiddenForDays, copiedTo } = bucket;
  return [
    settingsText(bucket),
    expiresAfterDays === null ? 'kept until it is removed' : `kept for ${expiresAfterDays} d`,
    ...(hiddenForDays === null ? [] : [`then for ${hiddenForDays} d as a hidden version`]),
    ...(copiedTo === null ? [] : [`copied to ${copiedTo}`]),
  ].join('; ');
}
