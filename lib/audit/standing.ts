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
