import { isPhysical, type Manifest } from './manifest.ts';
import type { RunRecord, WalRun } from './run-record.ts';

/** For so long a gap is told of although a base backup begins behind it: what lies in it is lost for good. */
const TOLD_MS = 2 * 24 * 3600 * 1000;

/** How many gaps in the WAL nobody may overlook: no base backup begins behind them, or they are less than two days old. */
export function alarmingGaps(
  runs: readonly RunRecord[],
  manifests: readonly Manifest[],
  now: Date,
): number {
  const recent = runs.filter((run) => now.getTime() - Date.parse(run.endedAt) < TOLD_MS);
  const older = runs.filter((run) => !recent.includes(run));
  return (
    recent.filter((run) => run.action === 'wal' && run.gap !== null).length +
    uncoveredGaps(older, manifests).length
  );
}

/** Gaps in the WAL behind which no base backup begins, full or incremental: nothing written since can be restored. */
export function uncoveredGaps(
  runs: readonly RunRecord[],
  manifests: readonly Manifest[],
): NonNullable<WalRun['gap']>[] {
  return runs.flatMap((run) => {
    if (run.action !== 'wal' || run.gap === null) return [];
    const end = lsnValue(run.gap.to);
    const covered = manifests
      .filter(isPhysical)
      .some(({ position, startedAt }) =>
        position.systemId === run.systemId
          ? lsnValue(position.startLsn) >= end
          : startedAt > run.startedAt,
      );
    return covered ? [] : [run.gap];
  });
}

function lsnValue(lsn: string): bigint {
  const [high = '', low = ''] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
