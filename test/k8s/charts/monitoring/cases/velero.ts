import { type AlertCase, always, DAY, HOUR } from './alert-case.ts';

const DAILY = { schedule: 'tidemark-shop-production-cluster-daily' };
const WEEKLY = { schedule: 'tidemark-shop-production-cluster-weekly' };
const LOCATION = { backup_location_name: 'tidemark-shop-production' };

/** A series of Velero's, as scraped from its pod. */
const velero = (metric: string, labels: Readonly<Record<string, string>>, pod = 'velero-1') => {
  const all = Object.entries({ ...labels, namespace: 'velero', pod });
  return `velero_backup_${metric}{${all.map(([key, value]) => `${key}="${value}"`).join(',')}}`;
};

const succeeded = (at: string, schedule = DAILY): Record<string, string> => ({
  [velero('last_successful_timestamp', schedule)]: at,
});

const silentWhere = (status: number) => ({
  series: { [velero('last_status', DAILY)]: always(status) },
  at: '2h',
});

export const VELERO_CASES: readonly AlertCase[] = [
  {
    alert: 'TidemarkClusterBackupNeverTaken',
    fires: {
      series: succeeded(always(5 * HOUR), WEEKLY),
      at: '32h',
      labels: DAILY,
      summary: `Velero has no backup of the Schedule ${DAILY.schedule}`,
    },
    silent: {
      'it has only just been installed': { series: {}, at: '1d' },
      'there is one': { series: succeeded(`_x60 ${5 * HOUR}x600`), at: '32h' },
    },
  },
  {
    alert: 'TidemarkClusterBackupMissing',
    fires: {
      series: succeeded(always(5 * HOUR)),
      at: '36h',
      labels: DAILY,
      summary: `the newest backup of the Schedule ${DAILY.schedule} is 1d 7h 0m 0s old`,
    },
    silent: {
      'the schedule allows it': { series: succeeded(always(5 * HOUR)), at: '34h' },
      'the schedule is weekly': { series: succeeded(always(5 * HOUR), WEEKLY), at: '2d' },
      'Velero was started anew and knows the backup again': {
        series: {
          [velero('last_successful_timestamp', DAILY, 'velero-1')]: `${5 * HOUR}x100 _x2000`,
          [velero('last_successful_timestamp', DAILY, 'velero-2')]: `_x110 ${DAY}x2000`,
        },
        at: '40h',
      },
      'it is the schedule of another plan': {
        series: succeeded(always(5 * HOUR), { schedule: 'nightly' }),
        at: '2d',
      },
    },
  },
  {
    alert: 'TidemarkClusterBackupFailed',
    fires: {
      ...silentWhere(0),
      labels: DAILY,
      summary: `the last backup of the Schedule ${DAILY.schedule} failed, or a part of it did`,
    },
    silent: { 'it succeeded': silentWhere(1) },
  },
  {
    alert: 'TidemarkClusterBackupTooSmall',
    fires: {
      series: { [velero('tarball_size_bytes', DAILY)]: '1000x287 100x1' },
      at: '1d',
      labels: DAILY,
      summary: `the objects in the newest backup of the Schedule ${DAILY.schedule} have 10.03% of their usual size`,
    },
    silent: {
      'it is as large as the others': {
        series: { [velero('tarball_size_bytes', DAILY)]: '1000x287 900x1' },
        at: '1d',
      },
    },
  },
  {
    alert: 'TidemarkClusterBucketUnavailable',
    fires: {
      series: { [velero('location_status_gauge', LOCATION)]: always(0) },
      at: '1h',
      labels: LOCATION,
      summary: `Velero cannot reach its bucket through ${LOCATION.backup_location_name}`,
    },
    silent: {
      'it can': { series: { [velero('location_status_gauge', LOCATION)]: always(1) }, at: '1h' },
      'it could not for a moment': {
        series: { [velero('location_status_gauge', LOCATION)]: '1x10 0x0 1x10' },
        at: '55m',
      },
      'it is the bucket of somebody else': {
        series: {
          [velero('location_status_gauge', { backup_location_name: 'default' })]: always(0),
        },
        at: '1h',
      },
    },
  },
];
