import { SECONDS_PER_DAY } from '../../plan/values/duration.ts';
import { parseRetentionClass } from '../../plan/values/retention.ts';

/** As Go prints a duration: Velero writes it so, and Argo CD then sees no difference. */
export function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return [hours > 0 && `${hours}h`, seconds >= 60 && `${minutes}m`, `${seconds % 60}s`]
    .filter((part) => part !== false)
    .join('');
}

/** Velero knows no "for ever", and takes 0 for its own default of 30 days. */
const FOR_EVER_DAYS = 36_500;

/** How long Velero keeps a backup of a class, as the plan promises it. */
export const timeToLive = (className: string): string =>
  goDuration((parseRetentionClass(className).days ?? FOR_EVER_DAYS) * SECONDS_PER_DAY);
