/** What CloudWatch compares. */
export interface Fires {
  readonly metric: string;
  readonly statistic: string;
  readonly comparison: string;
  readonly threshold: number | null;
  readonly seconds: number;
  readonly onSilence: boolean;
}

/**
 * How easily and how soon an alert fires, each by a name under which it can be compared: a limit of another metric, or on
 * the other side of it, is neither stronger nor weaker.
 */
export function measuresOf(fires: Fires): Record<string, number> {
  const { metric, statistic, seconds, onSilence } = fires;
  const of = `${statistic} ${metric}`;
  return {
    ...limitOf(fires, of),
    // What is counted over a longer time is more: such an alert is later and fires more easily.
    ...(statistic === 'Sum' ? {} : { [`time of ${of}`]: -seconds }),
    [`silence of ${of}`]: onSilence ? 1 : 0,
  };
}

function limitOf({ comparison, threshold }: Fires, of: string): Record<string, number> {
  const [, side, equal] = /^(Greater|Less)Than(OrEqualTo)?Threshold$/.exec(comparison) ?? [];
  if (side === undefined || threshold === null) return {};
  const firesAbove = side === 'Greater';
  // Of two equal thresholds, the one that does not fire at its own value is a little weaker.
  const excluded = equal === undefined ? Number.EPSILON * Math.max(1, Math.abs(threshold)) : 0;
  return { [`${side} ${of}`]: (firesAbove ? -threshold : threshold) - excluded };
}
