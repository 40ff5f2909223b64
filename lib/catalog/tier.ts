import type { Protection } from '../plan/compiled.ts';
import { periodStart, type WeekStart } from '../plan/values/period.ts';
import { TIERS, type Tier } from '../plan/values/retention.ts';
import { UTC, wallClock } from '../plan/values/zone.ts';
import type { Manifest } from './manifest.ts';

export interface TierChoice {
  readonly tier: Tier;
  readonly class: string;
}

/**
 * The tier and class that a backup written now takes: the longest tier whose current period (month, week, …, in
 * the schedule's time zone) has no backup of that tier or a longer one yet. One failure therefore loses no month:
 * the next success takes its place.
 * @param backups of this source and kind, committed ones only
 */
export function chooseTier(
  protection: Protection,
  backups: readonly Pick<Manifest, 'tier' | 'startedAt'>[],
  now: Date,
  weekStartsOn: WeekStart,
): TierChoice {
  const zone = protection.schedule?.timezone ?? UTC;
  const periodOf = (tier: Tier, at: Date) => periodStart(tier, wallClock(zone, at), weekStartsOn);
  const tiers = protection.tiers
    .flatMap(({ tier, class: name }) => (tier ? [{ tier, class: name }] : []))
    .sort((a, b) => TIERS.indexOf(b.tier) - TIERS.indexOf(a.tier));
  const free = tiers.find(({ tier }) => {
    const period = periodOf(tier, now);
    return !backups.some(
      (backup) =>
        TIERS.indexOf(backup.tier) >= TIERS.indexOf(tier) &&
        periodOf(tier, new Date(backup.startedAt)) === period,
    );
  });
  const choice = free ?? tiers.at(-1);
  if (!choice) throw new RangeError(`protection ${protection.kind} has no tier`);
  return choice;
}
