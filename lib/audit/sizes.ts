import { watchedKind } from '../alerting/watched-kind.ts';
import { WAL } from '../catalog/keys.ts';
import type { Manifest } from '../catalog/manifest.ts';
import { scanBackups } from '../catalog/reader.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { MS_PER_DAY } from '../plan/values/duration.ts';
import type { SourceBytes } from '../plan/values/size.ts';
import type { ObjectStore } from '../stores/store.ts';

/** Backups of a kind that are looked at: what is older says less about the next one. */
const NEWEST = 10;
/** Whole backups that the size is the average of. */
const AVERAGED = 3;
/** Weekdays and weekends differ. */
const LOG_DAYS = 7;

/** How much each source stores, as the store shows it; a source without a whole backup is left out. */
export async function measureSizes(
  store: ObjectStore,
  { sources }: CompiledPlan,
  now: Date,
): Promise<Map<string, SourceBytes>> {
  const measured = new Map<string, SourceBytes>();
  for (const { name, protections } of sources) {
    const { manifests } = await scanBackups(store, name, NEWEST);
    const whole = watchedKind(protections);
    const full = manifests.filter(({ kind }) => kind === whole).slice(-AVERAGED);
    if (full.length === 0) continue;
    const increments = perDayOf(manifests.filter(({ kind }) => kind === 'incremental'));
    const log = await logPerDay(store, name, now);
    measured.set(name, {
      full: Math.round(full.reduce((sum, one) => sum + one.storedBytes, 0) / full.length),
      perDay: Math.round(increments + log),
    });
  }
  return measured;
}

/** From the first to the last of them: the first one is what came before. */
function perDayOf(manifests: readonly Manifest[]): number {
  const [first, ...rest] = manifests;
  const last = rest.at(-1);
  if (!first || !last) return 0;
  const days = (Date.parse(last.consistentAt) - Date.parse(first.consistentAt)) / MS_PER_DAY;
  return days <= 0 ? 0 : rest.reduce((sum, one) => sum + one.storedBytes, 0) / days;
}

/** Of the log that was stored in the last week, or since it began. */
async function logPerDay(store: ObjectStore, source: string, now: Date): Promise<number> {
  const from = now.getTime() - LOG_DAYS * MS_PER_DAY;
  let bytes = 0;
  let oldest = now.getTime();
  for await (const folder of store.listNames(`${WAL}/`)) {
    for await (const { size, lastModified } of store.list(`${WAL}/${folder}${source}/`)) {
      const at = lastModified.getTime();
      oldest = Math.min(oldest, at);
      if (at >= from) bytes += size;
    }
  }
  // Less than a day is taken for a day: nobody knows what the rest of it brings.
  const days = Math.max(1, (now.getTime() - Math.max(oldest, from)) / MS_PER_DAY);
  return bytes / days;
}
