import type { Audit } from '../../audit/model.ts';
import { formatSeconds } from '../../plan/values/duration.ts';
import type { Style } from './table.ts';

/** What each source promises to lose and to take at most, and what proves it. */
export function objectiveLines({ objectives, retention }: Audit, style: Style): string[] {
  const mark = (good: boolean) => (good ? style('green', '✓') : style('red', '✗'));
  const unless = (good: boolean) => (good ? '' : '; but the files do not keep that');
  return objectives.flatMap((objective) => {
    const { source, rpoSeconds, worstLossSeconds, by, windowSeconds, rpoProven } = objective;
    const rows = retention.filter((row) => row.source === source && row.notDerived === null);
    const kept = rows.every((row) => row.kept);
    const rpo = `RPO ${formatSeconds(rpoSeconds)}: at worst the last ${formatSeconds(worstLossSeconds)} are lost, by ${by}`;
    if (rows.length === 0) {
      return [source, style('dim', `  - ${rpo}, if somebody takes the backups: no job does`)];
    }
    const since =
      windowSeconds === null
        ? 'since the first backup'
        : `of the last ${formatSeconds(windowSeconds)}`;
    return [
      source,
      `  ${mark(rpoProven)} ${rpo}${unless(rpoProven || worstLossSeconds > rpoSeconds)}`,
      ...(windowSeconds === 0
        ? []
        : [`  ${mark(kept)} any moment ${since} can be restored${unless(kept)}`]),
      `  ${rtoLine(objective, style)}`,
    ];
  });
}

function rtoLine(
  { rtoSeconds, measuredRtoSeconds: measured }: Audit['objectives'][number],
  style: Style,
): string {
  const rto = `RTO ${formatSeconds(rtoSeconds)}`;
  if (measured === null)
    return `${style('yellow', '·')} ${rto}: no drill on record has measured it`;
  const mark = measured <= rtoSeconds ? style('green', '✓') : style('red', '✗');
  return `${mark} ${rto}: the last drill took ${formatSeconds(measured)}`;
}
