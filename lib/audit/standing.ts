import type { Audit } from './model.ts';

type Objective = Audit['objectives'][number];

/** `accepted`: the schedules or the jobs do not keep the objective, and the plan says in writing why that stands. */
export function rpoStanding(
  { findings, retention }: Pick<Audit, 'findings' | 'retention'>,
  { source, rpoProven, rpoSeconds, worstLossSeconds, by }: Objective,
): 'proven' | 'accepted' | 'broken' {
  if (rpoProven) return 'proven';
  const rows = retention.filter((row) => row.source === source && row.kind === by);
  const derived = rows.some(({ notDerived }) => notDerived === null);
  // A row that the files do not keep is no matter of schedules: no exemption is about that.
  if (derived && worstLossSeconds <= rpoSeconds) return 'broken';
  const accepts = worstLossSeconds > rpoSeconds ? isOfLoss : isOfNoJob;
  return findings.some((finding) => finding.severity === 'exempt' && accepts(finding, source))
    ? 'accepted'
    : 'broken';
}

type Found = Audit['findings'][number];

/** The objective may stand in the plan for all sources: the finding names the one that loses more. */
const isOfLoss = (finding: Found, source: string): boolean =>
  finding.code === 'TM101' && finding.source === source;

/** Of all rows of the source, or of one. */
const isOfNoJob = ({ code, path }: Found, source: string): boolean =>
  (code === 'TM507' && path === `sources.${source}`) ||
  (code === 'TM203' && /(?:^|\.)sources\.([^.]+)\./.exec(path)?.[1] === source);

/** No schedule proves how long a restore takes: without a drill it stays an objective. */
export function rtoStanding({
  measuredRtoSeconds,
  rtoSeconds,
}: Objective): 'measured' | 'missed' | 'unmeasured' {
  if (measuredRtoSeconds === null) return 'unmeasured';
  return measuredRtoSeconds <= rtoSeconds ? 'measured' : 'missed';
}
