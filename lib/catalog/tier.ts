import type { Protection } from '../plan/compiled.ts';
import { TIERS, type Tier } from '../plan/values/retention.ts';
import type { Manifest } from './manifest.ts';
import { periodOf } from './period.ts';

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
  weekStartsOn: 'sunday' | 'monday',
): TierChoice {
  const zone = { timezone: protection.schedule?.timezone ?? 'Etc/UTC', weekStartsOn };
  const tiers = protection.tiers
    .flatMap(({ tier, class: name }) => (tier ? [{ tier, class: name }] : []))
    .sort((a, b) => TIERS.indexOf(b.tier) - TIERS.indexOf(a.tier));
  const free = tiers.find(({ tier }) => {
    const period = periodOf(tier, now, zone);
    return !backups.some(
      (backup) =>
        TIERS.indexOf(backup.tier) >= TIERS.indexOf(tier) &&
        periodOf(tier, new Date(backup.startedAt), zone) === period,
    );
  });
  const choice = free ?? tiers.at(-1);
  if (!choice) throw new RangeError(`protection ${protection.kind} has no tier`);
  return choice;
}
