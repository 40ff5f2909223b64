import { type AlertCase, always, gauge, HOUR, ORDERS, WAL } from './alert-case.ts';

const GIB = 1024 ** 3;
const MINUTES = 60;

const log = (looked: string, stored: string): Record<string, string> => ({
  [gauge('looked', ORDERS)]: looked,
  [gauge('logStored', WAL)]: stored,
  [gauge('logAllowedLag', WAL)]: always(5 * MINUTES),
});

export const LOG_CASES: readonly AlertCase[] = [
  {
    alert: 'TidemarkWalLost',
    fires: {
      series: { [gauge('logGaps', WAL)]: '0x12 1x100' },
      at: '2h',
      labels: { source: 'orders', kind: 'wal' },
      summary: 'wal of orders of shop production was lost',
    },
    silent: {
      'a backup begins behind the gap, two days ago': {
        series: { [gauge('logGaps', WAL)]: '1x12 0x100' },
        at: '2h',
      },
    },
  },
  {
    alert: 'TidemarkWalBehind',
    fires: {
      // Looked at every five minutes; nothing was stored since the first hour.
      series: log('0+300x100', always(HOUR)),
      at: '70m',
      labels: { source: 'orders', kind: 'wal' },
      summary:
        'wal of orders of shop production is further behind than the recovery point objective',
    },
    silent: {
      'it is a minute behind at every look': {
        series: log('300+300x100', '240+300x100'),
        at: '2h',
      },
      'nobody has looked for an hour, which another alert says': {
        series: log(`0+300x12 ${HOUR}x50`, always(HOUR - MINUTES)),
        at: '2h',
      },
      'nobody has looked yet': { series: { [gauge('looked', ORDERS)]: always(0) }, at: '2h' },
    },
  },
  {
    alert: 'TidemarkSlotGrows',
    fires: {
      series: {
        [gauge('slotRetained', ORDERS)]: always(3 * GIB),
        [gauge('slotLimit', ORDERS)]: always(5 * GIB),
      },
      at: '1h',
      labels: { source: 'orders' },
      summary: 'the replication slot of orders of shop production holds back 3GiB',
    },
    silent: {
      'the server keeps more than twice as much': {
        series: {
          [gauge('slotRetained', ORDERS)]: always(3 * GIB),
          [gauge('slotLimit', ORDERS)]: always(7 * GIB),
        },
        at: '1h',
      },
      'it is less than the plan allows, and the server has no limit': {
        series: { [gauge('slotRetained', ORDERS)]: always(15 * GIB) },
        at: '1h',
      },
    },
  },
  {
    alert: 'TidemarkSlotGrows',
    fires: {
      series: { [gauge('slotRetained', ORDERS)]: always(17 * GIB) },
      at: '1h',
      labels: { source: 'orders' },
      summary: 'the replication slot of orders of shop production holds back 17GiB',
    },
    silent: {},
  },
];
