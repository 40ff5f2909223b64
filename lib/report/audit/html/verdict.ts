import type { Audit } from '../../../audit/model.ts';
import { formatSeconds } from '../../../plan/values/duration.ts';
import { formatInstant } from '../../format.ts';

type Objective = Audit['objectives'][number];
type Problem = Audit['problems'][number];

/** The answer of the whole report. */
export interface Verdict {
  /** Retention rows that the files have to keep, objectives of loss, and those of time that a drill has measured. */
  readonly promises: number;
  /** Of these, what is not kept and not accepted either. */
  readonly broken: number;
  /** What has to be mended: of the files, and of what verifications and drills found. */
  readonly problems: readonly Problem[];
  /** Findings that the plan accepts with a reason. */
  readonly exceptions: number;
}

export function verdict(audit: Audit): Verdict {
  const rows = audit.retention.filter(({ notDerived }) => notDerived === null);
  const { objectives } = audit;
  return {
    promises:
      rows.length +
      objectives.length +
      objectives.filter((objective) => rtoStanding(objective) !== 'unmeasured').length,
    broken:
      rows.filter(({ kept }) => !kept).length +
      objectives.filter((objective) => rpoStanding(audit, objective) === 'broken').length +
      objectives.filter((objective) => rtoStanding(objective) === 'missed').length,
    problems: [
      ...audit.problems,
      ...audit.verification.flatMap(damage),
      ...objectives.flatMap((objective) => missed(audit, objective)),
    ],
    exceptions: audit.findings.filter(({ severity }) => severity === 'exempt').length,
  };
}

export const isKept = ({ broken, problems }: Verdict): boolean =>
  broken === 0 && problems.length === 0;

function damage({ source, check, newest }: Audit['verification'][number]): Problem[] {
  if (newest === null) return [];
  return newest.problems.map((problem) => ({
    place: null,
    message: `${source}: ${problem} (${check}, ${formatInstant(newest.at)})`,
    remedy: 'take a new backup now, and find out what damaged this one',
  }));
}

/** A row that is not kept is a problem of the files already. */
function missed(audit: Audit, objective: Objective): Problem[] {
  const { source, rpoSeconds, worstLossSeconds, rtoSeconds, measuredRtoSeconds } = objective;
  const late = rtoStanding(objective) === 'missed' && measuredRtoSeconds !== null;
  const loses = rpoStanding(audit, objective) === 'broken' && worstLossSeconds > rpoSeconds;
  return [
    ...(loses
      ? [
          {
            place: null,
            message: `at worst the last ${formatSeconds(worstLossSeconds)} of ${source} are lost; ${formatSeconds(rpoSeconds)} may be`,
            remedy: 'back up more often, or promise less and say why',
          },
        ]
      : []),
    ...(late
      ? [
          {
            place: null,
            message: `the last drill of ${source} took ${formatSeconds(measuredRtoSeconds)}; it has to be back within ${formatSeconds(rtoSeconds)}`,
            remedy: 'make the restore faster and drill it again, or promise a longer time',
          },
        ]
      : []),
  ];
}

/** `accepted`: the schedules lose more than the objective allows, and the plan says in writing why that stands. */
export function rpoStanding(
  { findings }: Audit,
  { source, rpoProven, rpoSeconds, worstLossSeconds }: Objective,
): 'proven' | 'accepted' | 'broken' {
  if (rpoProven) return 'proven';
  // A row that the files do not keep is no matter of schedules: no exemption is about that.
  if (worstLossSeconds <= rpoSeconds) return 'broken';
  const concerns = (path: string) =>
    path === `sources.${source}` ||
    path.startsWith(`sources.${source}.`) ||
    !path.startsWith('sources.');
  return findings.some(({ severity, path }) => severity === 'exempt' && concerns(path))
    ? 'accepted'
    : 'broken';
}

/** No schedule proves how long a restore takes: without a drill it stays an objective. */
export function rtoStanding({
  measuredRtoSeconds,
  rtoSeconds,
}: Objective): 'measured' | 'missed' | 'unmeasured' {
  if (measuredRtoSeconds === null) return 'unmeasured';
  return measuredRtoSeconds <= rtoSeconds ? 'measured' : 'missed';
}
