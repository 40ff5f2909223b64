import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { WAL_STORE_ALLOWANCE_SECONDS } from '../protections.ts';
import { formatSeconds } from '../values/duration.ts';
import { roleOf } from '../values/rows.ts';
import { kindText } from './words.ts';

/** Whether the objectives are proven. */
export const checkObjectives = ({ sources }: CheckedPlan): Finding[] =>
  sources.flatMap((source) => [...recoveryPoint(source), recoveryTime(source)]);

function recoveryPoint(source: CheckedSource): Finding[] {
  const { proof, objectives, objectivesPath, rpo } = source;
  if (proof.worstLossSeconds <= objectives.rpoSeconds) return [];
  // Where nothing is sure to be there, a finding about that says so.
  if (!Number.isFinite(proof.worstLossSeconds)) return [];
  return [
    {
      code: 'TM101',
      severity: 'error',
      path: `${objectivesPath}.rpo`,
      source: source.name,
      message: `up to ${formatSeconds(proof.worstLossSeconds)} of ${source.name} can be lost, more than the objective of ${formatSeconds(objectives.rpoSeconds)}: ${lossParts(source)}`,
      value: rpo,
      remedy: remedy(source),
    },
  ];
}

function lossParts({ rows, proof, scheduled }: CheckedSource): string {
  const row = rows.find(({ kind }) => kind === proof.by);
  const gap = row?.longestGapSeconds ?? 0;
  const job = row?.deadlineSeconds ?? 0;
  switch (roleOf(proof.by)) {
    case 'log':
      return `${kindText(proof.by)} is stored every ${formatSeconds(gap)}, plus ${formatSeconds(WAL_STORE_ALLOWANCE_SECONDS)} to store it`;
    case 'mirror':
      return `${kindText(proof.by)} may be ${formatSeconds(gap)} behind`;
  }
  if (proof.worstLossSeconds <= gap + job) {
    return `${formatSeconds(gap)} between two starts plus ${formatSeconds(job)} that a job may take`;
  }
  if (scheduled.rows.length > 1) {
    const [first] = scheduled.rows;
    return `a source has one run at a time, so no ${proof.by} backup is sure to start while a ${first?.row.kind} one may be at work (${formatSeconds(first?.row.deadlineSeconds ?? 0)})`;
  }
  return `backups that are kept shorter expire before the next one is complete (${formatSeconds(gap + job)} after their start), which leaves those of a longer tier`;
}

function remedy({ proof, objectives, scheduled }: CheckedSource): string {
  if (roleOf(proof.by) === 'log') {
    return `flush ${kindText(proof.by)} at least every ${formatSeconds(Math.max(1, objectives.rpoSeconds - WAL_STORE_ALLOWANCE_SECONDS))}, or raise the objective`;
  }
  if (roleOf(proof.by) === 'mirror') return 'limit the lag with `within`, or raise the objective';
  return `add a continuous row where the engine has one, such as wal({ flush: '60s' }), which brings the loss to minutes, run backups more often, limit ${scheduled.rows.length > 1 ? "each row's" : 'their'} time with \`within\`, or raise the objective`;
}

function recoveryTime({ name, objectives, objectivesPath }: CheckedSource): Finding {
  return {
    code: 'TM102',
    severity: 'info',
    path: `${objectivesPath}.rto`,
    source: name,
    message: `that ${name} is back within ${formatSeconds(objectives.rtoSeconds)} is an objective, not yet a measurement: how long a restore takes depends on the data`,
    remedy: 'run a drill at production size and compare its measured time',
  };
}
