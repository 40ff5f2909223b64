import { formatSeconds } from '../plan/values/duration.ts';
import { lastDrills } from './last-drills.ts';
import type { Audit } from './model.ts';
import { rpoStanding, rtoStanding } from './standing.ts';

type Problem = Audit['problems'][number];
type Objective = Audit['objectives'][number];

/** What no line of a file shows: objectives that are not met, and what verifications and drills on record found. */
export function unmet(audit: Omit<Audit, 'problems'>): Problem[] {
  return audit.objectives
    .flatMap((objective) => [
      ...lostTooMuch(audit, objective),
      ...damaged(audit, objective),
      ...drilled(audit, objective),
    ])
    .map((problem) => ({ place: null, ...problem }));
}

type Unplaced = Omit<Problem, 'place'>;

function lostTooMuch(audit: Omit<Audit, 'problems'>, objective: Objective): Unplaced[] {
  if (rpoStanding(audit, objective) !== 'broken') return [];
  const { source, rpoSeconds, worstLossSeconds, by } = objective;
  if (worstLossSeconds > rpoSeconds) {
    return [
      {
        message: `at worst the last ${formatSeconds(worstLossSeconds)} of ${source} are lost; ${formatSeconds(rpoSeconds)} may be`,
        remedy: 'back up more often, or promise less and say why',
      },
    ];
  }
  // A row that the files do not keep is a problem of theirs already.
  const rows = audit.retention.filter((row) => row.source === source && row.kind === by);
  if (rows.some(({ notDerived }) => notDerived === null)) return [];
  return [
    {
      message: `at most the last ${formatSeconds(rpoSeconds)} of ${source} may be lost, and no job takes its backups`,
      remedy: `say in an exemption for sources.${source} who takes them`,
    },
  ];
}

/** Several checks of a source show the same verification. */
function damaged({ verification }: Pick<Audit, 'verification'>, { source }: Objective): Unplaced[] {
  const newest = verification.find((one) => one.source === source && one.newest !== null)?.newest;
  return (newest?.problems ?? []).map((problem) => ({
    message: `the last verification of ${source}, on ${newest?.at}, found damage: ${problem}`,
    remedy: 'take a new backup now, and find out what damaged this one',
  }));
}

function drilled({ drills }: Pick<Audit, 'drills'>, objective: Objective): Unplaced[] {
  const { source, rtoSeconds, measuredRtoSeconds } = objective;
  const { ofOthers, ofDump } = lastDrills(drills, source);
  const failed = [ofOthers, ofDump].filter((drill) => drill?.outcome === 'failed');
  const late = rtoStanding(objective) === 'missed' && measuredRtoSeconds !== null;
  return [
    ...failed.map((drill) => ({
      message: `the last drill of ${drill?.ofDump ? `a dump of ${source}` : source}, on ${drill?.at}, failed`,
      remedy: 'find out why from its run record, mend it, and drill again',
    })),
    ...(late
      ? [
          {
            message: `the last drill of ${source} took ${formatSeconds(measuredRtoSeconds)}; it has to be back within ${formatSeconds(rtoSeconds)}`,
            remedy: 'make the restore faster and drill it again, or promise a longer time',
          },
        ]
      : []),
  ];
}
