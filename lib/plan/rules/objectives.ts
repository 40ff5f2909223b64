import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { WAL_STORE_ALLOWANCE_SECONDS } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';

/** Whether the objectives are proven, and how far back recovery reaches. */
export function checkObjectives({ sources }: CheckedPlan): Finding[] {
  return sources.flatMap((source) => [
    ...recoveryPoint(source),
    recoveryTime(source),
    ...window(source),
  ]);
}

function recoveryPoint(source: CheckedSource): Finding[] {
  const { proof, objectives, objectivesPath, rpo } = source;
  if (proof.worstLossSeconds <= objectives.rpoSeconds) return [];
  return [
    {
      code: 'TM101',
      severity: 'error',
      path: `${objectivesPath}.rpo`,
      message: `up to ${formatSeconds(proof.worstLossSeconds)} of ${source.name} can be lost, more than the objective of ${formatSeconds(objectives.rpoSeconds)}: ${lossParts(source)}`,
      value: rpo,
      remedy:
        proof.by === 'wal'
          ? `flush WAL at least every ${formatSeconds(Math.max(1, objectives.rpoSeconds - WAL_STORE_ALLOWANCE_SECONDS))}, or raise the objective`
          : "add wal({ flush: '60s' }), which brings the loss to minutes, run backups more often, limit their time with `within`, or raise the objective",
    },
  ];
}

function lossParts({ rows, proof }: CheckedSource): string {
  const row = rows.find(({ kind }) => kind === proof.by);
  const gap = row?.longestGapSeconds ?? 0;
  const job = row?.deadlineSeconds ?? 0;
  if (proof.by === 'wal') {
    return `WAL is stored every ${formatSeconds(gap)}, plus ${formatSeconds(WAL_STORE_ALLOWANCE_SECONDS)} to store it`;
  }
  if (proof.worstLossSeconds > gap + job) {
    return `backups that are kept shorter expire before the next one is complete (${formatSeconds(gap + job)} after their start), which leaves those of a longer tier`;
  }
  return `${formatSeconds(gap)} between two starts plus ${formatSeconds(job)} that a job may take`;
}

function recoveryTime({ name, objectives, objectivesPath }: CheckedSource): Finding {
  return {
    code: 'TM102',
    severity: 'info',
    path: `${objectivesPath}.rto`,
    message: `that ${name} is back within ${formatSeconds(objectives.rtoSeconds)} is an objective, not yet a measurement: how long a restore takes depends on the data`,
    remedy: 'run a drill at production size and compare its measured time',
  };
}

function window(source: CheckedSource): Finding[] {
  const { rows, proof, name } = source;
  const wal = rows.find(({ kind }) => kind === 'wal');
  const full = rows.find(({ kind }) => kind === 'full');
  if (!wal || !full || proof.windowSeconds === null) return [];
  // Without a base at some moments, the retention of WAL does not matter.
  if (source.baseReachSeconds < 0) return [];
  const kept = wal.tiers[0]?.class.name ?? '';
  const because = `bases start up to ${formatSeconds(full.longestGapSeconds)} apart and may take ${formatSeconds(full.deadlineSeconds)}`;
  return [
    proof.windowSeconds === 0
      ? {
          code: 'TM104',
          severity: 'error',
          path: source.pathOf('protect', wal.index),
          message: `there are moments at which ${name} cannot be recovered to any earlier moment: WAL is kept ${kept}, and ${because}`,
          value: wal.row,
          remedy:
            'keep WAL and bases longer than the time between two bases, or take bases more often',
        }
      : {
          code: 'TM103',
          severity: 'info',
          path: source.pathOf('protect', wal.index),
          message: `${name} can be recovered to every moment of the last ${formatSeconds(proof.windowSeconds)}: WAL is kept ${kept}, and ${because}`,
          value: wal.row,
          remedy: 'nothing to do; keep WAL and bases longer if recovery must reach further back',
        },
  ];
}
