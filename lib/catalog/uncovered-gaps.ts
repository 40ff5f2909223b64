import { isPhysical, type Manifest } from './manifest.ts';
import type { RunRecord, WalRun } from './run-record.ts';

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
