import { OBJECT_PARTS, PART_BYTES } from '../limits.ts';
import { SECONDS_PER_DAY } from '../values/duration.ts';
import type { WeekStart } from '../values/period.ts';
import { TIERS, type Tier } from '../values/retention.ts';
import { type Kind, roleOf } from '../values/rows.ts';
import type { Schedule } from '../values/schedule.ts';
import type { SourceBytes } from '../values/size.ts';
import { backupsPerDay } from './frequency.ts';
import { GIB } from './keeping.ts';

/** What is written under one retention class of one row, in a day on average. */
export interface Volume {
  /** Null for a continuous kind. */
  readonly backups: number | null;
  readonly bytes: number;
  /** Objects that hold data: those that a lifecycle moves. */
  readonly objects: number;
  /** PUTs and parts of uploads. */
  readonly writes: number;
}

/** Manifest, list of parts, digests and the record of the run. */
const SMALL_OBJECTS = 4;
/** Beginning and ending an upload in parts are requests as well. */
const AROUND_PARTS = 2;
/** PostgreSQL's usual segment; of other logs the next larger unit that is stored on its own. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

export interface VolumeOf {
  readonly kind: Kind;
  /** Null for a continuous kind. */
  readonly schedule: Schedule | null;
  /** Of the row; empty for a continuous kind. */
  readonly tiers: readonly Tier[];
  /** The one whose class is asked about. */
  readonly tier: Tier | null;
  /** Of a continuous kind: seconds between two stores of the unfinished tail. */
  readonly flushSeconds: number | null;
  readonly weekStartsOn: WeekStart;
}

export function volumeOf(row: VolumeOf, size: SourceBytes): Volume {
  const { kind, schedule, tier } = row;
  if (schedule === null || tier === null) return continuous(row, size);
  const taken = backupsPerDay(schedule, row.tiers.length > 0 ? row.tiers : TIERS, row.weekStartsOn);
  const all = [...taken.values()].reduce((sum, rate) => sum + rate, 0);
  const own = taken.get(tier) ?? 0;
  // Only a change is stored: as many as what a day adds makes whole backups, however often somebody looks.
  const stored =
    kind === 'change' ? Math.min(all, size.full === 0 ? 0 : size.perDay / size.full) : all;
  const backups = all === 0 ? 0 : (own / all) * stored;
  const each = roleOf(kind) === 'delta' ? size.perDay / Math.max(all, Number.MIN_VALUE) : size.full;
  return { backups, ...ofBackups(backups, each) };
}

function ofBackups(backups: number, each: number): Omit<Volume, 'backups'> {
  const parts = Math.ceil(each / PART_BYTES);
  const uploads = parts > 1 ? parts + AROUND_PARTS * objectsOf(each) : 1;
  return {
    bytes: backups * each,
    objects: backups * objectsOf(each),
    writes: backups * (uploads + SMALL_OBJECTS),
  };
}

const objectsOf = (bytes: number): number =>
  Math.max(1, Math.ceil(bytes / (OBJECT_PARTS * PART_BYTES)));

/** An object for each segment, and one for each time that an unfinished segment is stored. */
function continuous({ flushSeconds }: VolumeOf, { perDay }: SourceBytes): Volume {
  const flushes = flushSeconds === null ? 0 : SECONDS_PER_DAY / flushSeconds;
  const objects = flushes + Math.ceil(perDay / SEGMENT_BYTES);
  return { backups: null, bytes: perDay, objects, writes: objects };
}

/** Objects in each GiB of it. */
export const objectsPerGib = ({ objects, bytes }: Volume): number =>
  bytes === 0 ? 0 : (objects * GIB) / bytes;
