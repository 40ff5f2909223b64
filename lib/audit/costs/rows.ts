import { type AnyKeeping, isMovedAtAll } from '../../plan/costs/compare.ts';
import { DAYS_PER_MONTH, GIB, keptIn, onceRead, reading } from '../../plan/costs/keeping.ts';
import {
  isStorageClass,
  PRICES,
  regionRatio,
  STORAGE,
  type StorageClass,
} from '../../plan/costs/prices.ts';
import { objectsPerGib, type Volume } from '../../plan/costs/volume.ts';
import type { Audit } from '../model.ts';
import type { CostRow } from './model.ts';

type Row = Audit['retention'][number];
type Stored = Row['stored'][number];

/** Without an end, what is there after a year. */
const DAYS_WITHOUT_END = 366;

/** A stretch of an object's life in one storage class. */
interface Stretch {
  readonly storageClass: StorageClass;
  readonly name: string;
  readonly days: number;
  readonly billedDays: number;
}

/** What a promise costs in each region and storage class. */
export function costRows(row: Row, volume: Volume, keeping: AnyKeeping): CostRow[] {
  return row.stored
    .filter(({ place }) => place !== null)
    .flatMap((stored) =>
      stretchesOf(stored, volume).map((stretch, index) =>
        costRow(row, stored, stretch, index, volume, keeping),
      ),
    );
}

/** What the prices are multiplied by; those of the table where it does not know the region. */
export const ratioIn = (region: string): number => regionRatio(region) ?? 1;

/** Days of life until S3 stops billing; of what has no end those of the first year. */
export const lifeDays = ({ deletableDays }: Stored): number => deletableDays ?? DAYS_WITHOUT_END;

function stretchesOf(stored: Stored, volume: Volume): Stretch[] {
  const { coldAfterDays, storageClass } = stored;
  const days = lifeDays(stored);
  const standard = (of: number): Stretch => ({
    storageClass: 'STANDARD',
    name: 'STANDARD',
    days: of,
    billedDays: of,
  });
  if (coldAfterDays === null || storageClass === null || coldAfterDays >= days) {
    return [standard(days)];
  }
  // A class without a price is not taken for a cheap one.
  const priced = isStorageClass(storageClass) ? storageClass : 'STANDARD';
  if (!isMovedAtAll(volume, priced)) return [standard(days)];
  const rest = days - coldAfterDays;
  const { minimumDays } = STORAGE[priced];
  return [
    ...(coldAfterDays > 0 ? [standard(coldAfterDays)] : []),
    {
      storageClass: priced,
      name: storageClass,
      days: rest,
      billedDays: Math.max(rest, minimumDays),
    },
  ];
}

function costRow(
  row: Row,
  stored: Stored,
  stretch: Stretch,
  index: number,
  volume: Volume,
  keeping: AnyKeeping,
): CostRow {
  const { source, kind, tier, replication } = row;
  const { role, region } = stored;
  const { storageClass, name, days, billedDays } = stretch;
  const gibPerMonth = (volume.bytes * DAYS_PER_MONTH) / GIB;
  const ratio = ratioIn(region);
  const isFirst = index === 0;
  const isPrimary = role === 'primary';
  // The copy is written by the replication, object by object, and not verified again.
  const perMonth = isFirst
    ? volume.writes * PRICES.put
    : volume.objects * STORAGE[storageClass].transition;
  const isMoved = stored.coldAfterDays !== null;
  const every = isMoved ? keeping.verifiedEvery.moved : keeping.verifiedEvery.standard;
  const arrival =
    isFirst && volume.backups !== null ? onceRead('STANDARD', keeping.readsPerGib) : 0;
  const perGib = reading(storageClass, days, every, keeping) + arrival;
  return {
    source,
    kind,
    tier,
    class: row.class,
    role,
    region,
    storageClass: name,
    backups: volume.backups === null ? null : volume.backups * days,
    bytes: volume.bytes * days,
    grows: stored.deletableDays === null,
    storage: gibPerMonth * keptIn(storageClass, billedDays, objectsPerGib(volume)) * ratio,
    requests: perMonth * DAYS_PER_MONTH * ratio,
    replication: isFirst && isPrimary && replication ? gibPerMonth * transfer(replication) : 0,
    verification: isPrimary ? gibPerMonth * perGib * ratio : 0,
  };
}

const transfer = ({ withinMinutes }: NonNullable<Row['replication']>): number =>
  PRICES.transferGib + (withinMinutes === null ? 0 : PRICES.timeControlGib);

export const usdOf = ({ storage, requests, replication, verification }: CostRow): number =>
  storage + requests + replication + verification;
