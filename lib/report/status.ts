import { styleText } from 'node:util';
import type { Health, ProtectionStatus, SourceStatus } from '../catalog/status.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { formatInstant, table } from './format.ts';

const COLORS = { ok: 'green', warning: 'yellow', critical: 'red' } as const satisfies Record<
  Health,
  string
>;

/** Each source with its health, what it has, and every reason for being less than well. */
export function statusText(
  statuses: readonly SourceStatus[],
  stream: NodeJS.WritableStream,
): string {
  return statuses
    .map((status) =>
      [
        `${status.source}: ${styleText(COLORS[status.health], status.health, { stream })}`,
        table(['  kind', 'newest', 'age', 'state'], status.protections.map(row)),
        `  verified: ${status.verification.newest === null ? 'never' : formatInstant(status.verification.newest)}`,
        `  drilled:  ${status.drill.newest === null ? 'never' : formatInstant(status.drill.newest)}`,
        ...status.reasons.map((reason) => `  - ${reason}`),
      ].join('\n'),
    )
    .join('\n\n');
}

function row({ kind, newest, ageSeconds, overdue, failuresSinceSuccess }: ProtectionStatus) {
  const state = failuresSinceSuccess > 0 ? 'failing' : overdue ? 'late' : 'fresh';
  return [
    `  ${kind}`,
    newest === null ? 'none' : formatInstant(newest),
    ageSeconds === null ? '' : formatSeconds(Math.max(0, ageSeconds)),
    newest === null ? 'missing' : state,
  ];
}
