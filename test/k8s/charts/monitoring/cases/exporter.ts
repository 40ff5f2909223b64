import { type AlertCase, always, gauge, ORDERS, OURS } from './alert-case.ts';

const AUDIT = { ...OURS, source: 'audit' } as const;
const info = gauge('info', { ...OURS, version: '0.1.0' });

export const EXPORTER_CASES: readonly AlertCase[] = [
  {
    alert: 'TidemarkExporterAbsent',
    fires: {
      // Its last scrape was at the first hour.
      series: { [info]: '1x12' },
      at: '80m',
      labels: {},
      summary: 'nothing is heard of the exporter of shop production',
    },
    silent: {
      'it is there': { series: { [info]: always(1) }, at: '80m' },
      'it was away for a roll-out': { series: { [info]: '1x12 stale 1x100' }, at: '2h' },
    },
  },
  {
    alert: 'TidemarkExporterAbsent',
    fires: {
      series: { [gauge('info', { plan: 'other', environment: 'production' })]: always(1) },
      at: '80m',
      labels: {},
      summary: 'nothing is heard of the exporter of shop production',
    },
    silent: {},
  },
  {
    alert: 'TidemarkStoreUnreachable',
    fires: {
      series: {
        [gauge('looked', ORDERS)]: '0+300x12 3600x100',
        [gauge('looked', AUDIT)]: '0+300x12 3600x100',
      },
      at: '90m',
      labels: {},
      summary: 'the store of shop production tells nothing about 2 sources',
    },
    silent: {
      'every look tells everything': {
        series: { [gauge('looked', ORDERS)]: '0+300x100' },
        at: '2h',
      },
      'an exporter has just started and is looking': {
        series: { [gauge('looked', ORDERS)]: '_x20 0x1 6600+300x50' },
        at: '110m',
      },
      'one look failed': {
        series: { [gauge('looked', ORDERS)]: '0+300x12 3600x1 4200+300x50' },
        at: '75m',
      },
    },
  },
  {
    alert: 'TidemarkStoreUnreachable',
    fires: {
      // Restarted while the store is away: nothing is known, and that is told.
      series: { [gauge('looked', ORDERS)]: always(0) },
      at: '30m',
      labels: {},
      summary: 'the store of shop production tells nothing about 1 sources',
    },
    silent: {},
  },
];
