import { readOn } from '../../../lib/alerting/runbook.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { minusEachKind, Series } from './promql.ts';
import { type AlertRule, alertRule } from './rule.ts';

const SUBJECT = '{{ $labels.source }} of {{ $labels.plan }} {{ $labels.environment }}';

/** Of what the server itself keeps for a slot: at half there is as much time left as it took to get there. */
const SLOT_SHARE = 0.5;

/** Whether logs are stored without a gap and in time, and what waits on the server until they are. */
export function logAlerts(
  compiled: CompiledPlan,
  { slotBytes }: NonNullable<CompiledPlan['monitoring']>,
): AlertRule[] {
  const series = new Series(compiled);
  // What was not stored when the exporter looked: that it looks only now and then makes nothing late.
  const lag = minusEachKind(series.bySource('looked', ' > 0'), series.byKind('logStored'));
  const retained = series.bySource('slotRetained');
  return [
    alertRule({
      alert: 'TidemarkWalLost',
      severity: 'critical',
      expr: `${series.byKind('logGaps')} > 0`,
      summary: `{{ $labels.kind }} of ${SUBJECT} was lost`,
      description: `What lies in the gap can never be restored, and nothing that was written since until a backup begins behind it. ${readOn('wal-lost')}`,
    }),
    alertRule({
      alert: 'TidemarkWalBehind',
      severity: 'critical',
      expr: `${lag} > ${series.byKind('logAllowedLag')}`,
      summary: `{{ $labels.kind }} of ${SUBJECT} is further behind than the recovery point objective`,
      description: `If the server were lost now, more would be lost than the plan allows. ${readOn('wal-behind')}`,
    }),
    alertRule({
      alert: 'TidemarkSlotGrows',
      severity: 'warning',
      expr: `${retained} > ${slotBytes}\nor ${retained} > ${SLOT_SHARE} * ${series.bySource('slotLimit')}`,
      summary: `the replication slot of ${SUBJECT} holds back {{ $value | humanize1024 }}B`,
      description: `The server's disk fills up, or the server gives up write-ahead log that is not stored. ${readOn('slot-grows')}`,
    }),
  ];
}
