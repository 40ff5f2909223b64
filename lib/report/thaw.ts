import type { Amount, Thaw } from '../catalog/thaw.ts';
import { formatDollars } from '../plan/costs/dollars.ts';
import { PRICED_REGION, PRICES_AS_OF } from '../plan/costs/prices.ts';
import { thawCost } from '../plan/costs/thaw.ts';
import { THAW_SECONDS } from '../plan/limits.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { formatBytes, formatInstant } from './format.ts';

/** What has to be thawed before a restore, how long that takes and what it costs. */
export function thawText(thaw: Thaw, now: Date): string {
  const { backup, storageClasses, speed, days, asked, underWay, thawed } = thaw;
  const longest = formatSeconds(THAW_SECONDS[speed]);
  const by = formatInstant(new Date(now.getTime() + THAW_SECONDS[speed] * 1000));
  return [
    `${backup} is archived in ${storageClasses.join(' and ')} and has to be thawed before it can be restored`,
    `  requested  ${amountText(asked)}${asked.objects === 0 ? '' : `; a ${speed} retrieval takes up to ${longest}, until ${by}`}`,
    ...(underWay.objects === 0
      ? []
      : [`  under way  ${amountText(underWay)}, requested before: up to ${longest} from then`]),
    ...(thawed.objects === 0 ? [] : [`  thawed     ${amountText(thawed)}`]),
    `  kept       for ${days} d once thawed`,
    `  costs      ${costText(thaw)}`,
  ].join('\n');
}

const amountText = ({ objects, bytes }: Amount): string =>
  objects === 0
    ? 'nothing'
    : `${objects} ${objects === 1 ? 'object' : 'objects'}, ${formatBytes(bytes)}`;

function costText({ asked, storageClasses, speed, days }: Thaw): string {
  if (asked.objects === 0) return 'nothing more than was requested before';
  const { retrieval, requests, copies } = thawCost({ ...asked, storageClasses, speed, days });
  return `about ${formatDollars(retrieval + requests + copies)}: retrieval ${formatDollars(retrieval)}, requests ${formatDollars(requests)}, copies for ${days} d ${formatDollars(copies)} (list prices of ${PRICED_REGION}, ${PRICES_AS_OF})`;
}
