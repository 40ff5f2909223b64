import type { AlarmProperties, Samples } from './evaluator.ts';

/** What a metric has in each period, oldest first. */
interface Scenario {
  readonly what: string;
  readonly series: (alarm: AlarmProperties) => Samples[];
}

interface Scenarios {
  readonly rings: readonly Scenario[];
  readonly silent: readonly Scenario[];
}

const times = (count: number, ...values: number[]): Samples[] => Array(count).fill(values);
const nothing = (count: number): Samples[] => times(count);

/** More periods than any alarm looks back. */
const LONG = 30;

/** A metric that counts what went wrong, and is not written while nothing does. */
const counted: Scenarios = {
  rings: [
    { what: 'it happened once', series: () => [...nothing(LONG), [1]] },
    { what: 'it happened at the first moment', series: () => [[1]] },
  ],
  silent: [
    { what: 'nothing was ever counted', series: () => nothing(LONG) },
    { what: 'zero was counted', series: () => times(LONG, 0) },
  ],
};

/** Of something that somebody did: as above, and soon over, as its end says nothing. */
const done: Scenarios = {
  rings: counted.rings,
  silent: [
    ...counted.silent,
    { what: 'it happened an hour ago', series: () => [[1], ...nothing(12)] },
  ],
};

/** Of each alarm on what the sources share, by its section of the runbook. */
export const SCENARIOS: Readonly<Record<string, Scenarios>> = {
  'heartbeat-missing': {
    rings: [
      { what: 'it never ran', series: () => nothing(LONG) },
      {
        what: 'it died',
        series: ({ EvaluationPeriods: n }) => [...times(LONG, 1), ...nothing(n + 2)],
      },
    ],
    silent: [
      { what: 'it runs', series: () => times(LONG, 1) },
      { what: 'it runs twice in a period', series: () => times(LONG, 1, 1) },
      { what: 'one run is missing', series: () => [...times(LONG, 1), [], [1]] },
      { what: 'the newest run is late', series: () => [...times(LONG, 1), []] },
    ],
  },
  'function-errors': counted,
  'verification-stopped': counted,
  'recovery-point-missing': {
    rings: [
      { what: 'nobody looks', series: () => nothing(LONG) },
      { what: 'one is overdue', series: () => [...times(LONG, 0), [1], [1]] },
    ],
    silent: [
      { what: 'all are there', series: () => times(LONG, 0) },
      { what: 'one came late', series: () => [...times(LONG, 0), [1], [0]] },
      { what: 'one look was missed', series: () => [...times(LONG, 0), ...nothing(1), [0]] },
    ],
  },
  'function-throttled': {
    rings: [{ what: 'it waits again and again', series: () => times(4, 3) }],
    silent: [
      { what: 'it never waits', series: () => times(LONG, 0) },
      { what: 'it is not called', series: () => nothing(LONG) },
      {
        what: 'many sources are due at once',
        series: () => [...times(LONG, 0), ...times(3, 40), [0]],
      },
    ],
  },
  'events-failed': {
    rings: [
      { what: 'one event waits', series: () => [...times(LONG, 0), [1]] },
      { what: 'an event waits that nobody looked at for weeks', series: () => times(LONG, 1) },
    ],
    silent: [
      { what: 'the queue is empty', series: () => times(LONG, 0) },
      { what: 'the queue is asleep', series: () => nothing(LONG) },
      { what: 'the queue was emptied', series: () => [...times(LONG, 4), [0]] },
    ],
  },
  'replication-behind': {
    rings: [{ what: 'it is 16 minutes behind', series: () => times(3, 960) }],
    silent: [
      { what: 'nothing was ever written', series: () => nothing(LONG) },
      { what: 'it is 14 minutes behind', series: () => times(LONG, 840) },
      { what: 'it was behind once', series: () => [...times(LONG, 20), [960], [20]] },
      {
        what: 'nothing is written after it caught up',
        series: () => [...times(3, 960), ...times(3, 5), ...nothing(LONG)],
      },
    ],
  },
  'replication-backlog': {
    rings: [
      { what: '200 GB wait for an hour', series: () => times(12, 2e11) },
      { what: 'they still wait', series: () => times(LONG, 3e11, 2e11) },
    ],
    silent: [
      { what: 'nothing was ever written', series: () => nothing(LONG) },
      { what: 'a steady stream passes', series: () => times(LONG, 5e7, 1e6) },
      {
        what: '200 GB are copied within the hour',
        series: () => [...times(11, 2e11), [2e11, 0]],
      },
    ],
  },
  'replication-failed': {
    rings: [
      ...counted.rings,
      {
        what: 'an object failed and nothing was written since',
        series: () => [[1], ...nothing(LONG)],
      },
    ],
    silent: counted.silent,
  },
  'alerts-undelivered': counted,
  'key-disabled': done,
  'key-changed': done,
  'bucket-changed': done,
  'backups-deleted': done,
  'break-glass-used': done,
  'backup-job-failed': done,
  'backup-job-with-issues': done,
  'copy-job-failed': done,
  'restore-job-failed': done,
  'vault-tampered': done,
};
