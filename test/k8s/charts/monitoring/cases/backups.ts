import { type AlertCase, always, DAY, DUMP, FULL, gauge, HOUR } from './alert-case.ts';

const full = (newest: string, allowed: number): Record<string, string> => ({
  [gauge('backupNewest', FULL)]: newest,
  [gauge('backupAllowedAge', FULL)]: always(allowed),
  [gauge('backupWatched', FULL)]: always(1),
});

const dump = (newest: string, allowed: number): Record<string, string> => ({
  [gauge('backupNewest', DUMP)]: newest,
  [gauge('backupAllowedAge', DUMP)]: always(allowed),
  [gauge('backupWatched', DUMP)]: always(0),
});

/** The newest backup is of half past midnight. */
const AT_NIGHT = always(HOUR / 2);

export const BACKUP_CASES: readonly AlertCase[] = [
  {
    alert: 'TidemarkBackupNeverTaken',
    fires: {
      series: full(always(0), DAY),
      at: '1h',
      labels: { source: 'orders', kind: 'full' },
      summary: 'orders of shop production has no full backup',
    },
    silent: {
      'the first look has only just ended': { series: full(always(0), DAY), at: '5m' },
      'there is one': { series: full(AT_NIGHT, DAY), at: '2h' },
      'only dumps beside it are missing': {
        series: { ...full(AT_NIGHT, DAY), ...dump(always(0), DAY) },
        at: '2h',
      },
    },
  },
  {
    alert: 'TidemarkBackupMissing',
    fires: {
      series: full(AT_NIGHT, 26 * HOUR),
      at: '27h',
      labels: { source: 'orders', kind: 'full' },
      summary: 'the newest full backup of orders of shop production is 1d 2h 30m 0s old',
    },
    silent: {
      'the schedule allows it': { series: full(AT_NIGHT, 26 * HOUR), at: '26h' },
      'the schedule is weekly': { series: full(AT_NIGHT, 8 * DAY), at: '30h' },
      'a new one comes in time': {
        // Of half past midnight for a day, then of the next midnight.
        series: full(`${HOUR / 2}x288 ${DAY}x288`, 26 * HOUR),
        at: '30h',
      },
      'there was never one, which another alert says': { series: full(always(0), DAY), at: '30h' },
      'an older pod says what a newer one knows better': {
        series: {
          ...full(AT_NIGHT, 26 * HOUR),
          [gauge('backupNewest', FULL, 'exporter-2')]: always(DAY),
        },
        at: '27h',
      },
    },
  },
  {
    alert: 'TidemarkBackupLate',
    fires: {
      series: { ...full(always(2 * HOUR), DAY), ...dump(AT_NIGHT, 2 * HOUR) },
      at: '3h',
      labels: { source: 'orders', kind: 'logical' },
      summary: 'a logical backup of orders of shop production is later than its schedule allows',
    },
    silent: {
      'the schedule allows it': { series: dump(AT_NIGHT, 26 * HOUR), at: '25h' },
      'it is the kind that is watched': { series: full(AT_NIGHT, 2 * HOUR), at: '3h' },
    },
  },
  {
    alert: 'TidemarkBackupFailed',
    fires: {
      series: { [gauge('backupFailures', FULL)]: '0x12 2x100' },
      at: '2h',
      labels: { source: 'orders', kind: 'full' },
      summary: '2 full backups of orders of shop production failed since one succeeded',
    },
    silent: {
      'one has succeeded since': {
        series: { [gauge('backupFailures', FULL)]: '2x12 0x100' },
        at: '2h',
      },
    },
  },
  {
    alert: 'TidemarkBackupTooSmall',
    fires: {
      series: { [gauge('backupSizeRatio', FULL)]: always(0.42) },
      at: '1h',
      labels: { source: 'orders', kind: 'full' },
      summary: 'the newest full backup of orders of shop production has 42% of the usual size',
    },
    silent: {
      'it is a little smaller': {
        series: { [gauge('backupSizeRatio', FULL)]: always(0.8) },
        at: '1h',
      },
    },
  },
];
