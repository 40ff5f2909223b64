import type { DerivedSource } from './compiled.ts';
import { SECONDS_PER_DAY } from './values/duration.ts';
import { GIBIBYTE, type Size } from './values/size.ts';

/** Where the plan says nothing about size: as much as most first databases need, and a drill says when it is too little. */
export const UNKNOWN_SIZE: Size = '20GiB';

/** What is stored is compressed, mostly to a third; a volume that is too large costs little, and exists for hours. */
const EXPANDED = 4;

/** More than is needed today: a volume is made for a drill of tomorrow, and file systems keep some for themselves. */
const HEADROOM = 1.2;

/** Of a volume in which so many bytes have to be free. */
export const volumeSize = (bytes: number): Size =>
  `${Math.max(1, Math.ceil((bytes * HEADROOM) / GIBIBYTE))}GiB`;

/** Room for the data that a drill restores: what the plan says, else what follows from the stored bytes that it states. */
export function drillVolume({ settings, size, protections }: DerivedSource): Size {
  if (settings.drill?.scratch !== undefined) return settings.drill.scratch;
  if (!size) return UNKNOWN_SIZE;
  const rows = protections.filter(({ derived }) => derived);
  const has = (...kinds: readonly string[]) => rows.some(({ kind }) => kinds.includes(kind));
  const points = rows.filter(({ kind }) => kind === 'full' || kind === 'snapshot');
  const gaps = points.map(({ longestGapSeconds }) => longestGapSeconds / SECONDS_PER_DAY);
  const stored = size.full + size.perDay * Math.max(1, ...gaps);
  // A chain is combined into a copy, and a log of Redis leaves a snapshot beside itself.
  const copies = has('incremental', 'aof') ? 2 : 1;
  return volumeSize(stored * EXPANDED * copies + (has('wal') ? GIBIBYTE : 0));
}
