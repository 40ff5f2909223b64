import { type AlertCase, always, gauge, HOUR, ORDERS } from './alert-case.ts';

const verified = (newest: string): Record<string, string> => ({
  [gauge('verificationNewest', ORDERS)]: newest,
  [gauge('verificationAllowedAge', ORDERS)]: always(26 * HOUR),
});

const drilled = (newest: string): Record<string, string> => ({
  [gauge('drillNewest', ORDERS)]: newest,
  [gauge('drillAllowedAge', ORDERS)]: always(26 * HOUR),
});

const took = (seconds: number): Record<string, string> => ({
  [gauge('drillRecoveryTime', ORDERS)]: always(seconds),
  [gauge('objectiveRecoveryTime', ORDERS)]: always(HOUR),
});

const labels = { source: 'orders' };

export const PROOF_CASES: readonly AlertCase[] = [
  {
    alert: 'TidemarkVerificationFailed',
    fires: {
      series: { [gauge('verificationProblems', ORDERS)]: always(3) },
      at: '1h',
      labels,
      summary: '3 problems are known of the backups of orders of shop production',
    },
    silent: {
      'the same was found to be sound since': {
        series: { [gauge('verificationProblems', ORDERS)]: '3x6 0x100' },
        at: '1h',
      },
    },
  },
  {
    alert: 'TidemarkVerificationOverdue',
    fires: {
      series: verified(always(HOUR)),
      at: '28h',
      labels,
      summary: 'no backup of orders of shop production was verified as often as the plan says',
    },
    silent: {
      'the cadence allows it': { series: verified(always(HOUR)), at: '26h' },
      'the plan asks for none': {
        series: { [gauge('verificationNewest', ORDERS)]: always(0) },
        at: '40h',
      },
    },
  },
  {
    alert: 'TidemarkDrillFailed',
    fires: {
      series: { [gauge('drillFailed', ORDERS)]: '0x12 1x100' },
      at: '2h',
      labels,
      summary: 'the last drill of orders of shop production failed',
    },
    silent: {
      'the next one passed': { series: { [gauge('drillFailed', ORDERS)]: '1x12 0x100' }, at: '2h' },
      'there is none': { series: drilled(always(0)), at: '2h' },
    },
  },
  {
    alert: 'TidemarkDrillOverdue',
    fires: {
      series: drilled(always(0)),
      at: '27h',
      labels,
      summary: 'no drill has restored orders of shop production as often as the plan says',
    },
    silent: {
      'the cadence allows it': { series: drilled(always(HOUR)), at: '26h' },
      'the plan asks for none': {
        series: { [gauge('drillNewest', ORDERS)]: always(0) },
        at: '40h',
      },
    },
  },
  {
    alert: 'TidemarkDrillTooSlow',
    fires: {
      series: took(1.5 * HOUR),
      at: '1h',
      labels,
      summary: 'orders of shop production was back after 1h 30m 0s in its last drill',
    },
    silent: { 'it was fast enough': { series: took(HOUR), at: '1h' } },
  },
];
