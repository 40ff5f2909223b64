import { BACKUP_COMPONENTS } from '../charts/names.ts';
import { held, released } from './gitops.ts';
import { startJob } from './jobs.ts';
import { kubectl, type Question, type Scenario, type Step } from './step.ts';
import { scheduled, streamers, type Workload } from './workloads.ts';

/** What stands by itself comes first; an incremental backup would need what may just be wrong. */
const NOW: readonly string[] = [
  BACKUP_COMPONENTS.full,
  BACKUP_COMPONENTS.snapshot,
  BACKUP_COMPONENTS.logical,
];

const TAKES_BACKUPS: readonly string[] = Object.values(BACKUP_COMPONENTS);

/** A backup at once, with the schedule as it is. */
export const BACKUP: Scenario = {
  title: 'a backup now',
  steps: (question) => {
    const cronJob = backupNow(question);
    if (!cronJob) return 'no backup of the source is scheduled in the cluster';
    return startJob(
      question,
      cronJob,
      'by-hand',
      'Start it. One that runs already goes first: then this one waits its turn and is tried again.',
    );
  },
};

const backupNow = ({ workloads }: Question): Workload | undefined =>
  NOW.flatMap((component) => workloads.filter((one) => one.component === component))[0];

/** No backup is started any more. The log still streams. */
export const PAUSE: Scenario = {
  title: 'no backups until they are resumed',
  steps: (question) => {
    const paused = backupsOf(question);
    if (paused.length === 0) return 'no backup of the source is scheduled in the cluster';
    return [
      held(question),
      { say: 'Start no backup any more.', run: suspend(question, paused, true) },
      {
        say: 'What runs already runs on. Let it end.',
        run: [kubectl(question, ['get', 'jobs', '--selector', instance(question)])],
      },
      ...streamers(question.workloads).map(({ name }) => ({
        say: `deployment/${name} streams on, and should: while nobody reads the log, the server keeps it, and its disk fills.`,
        run: [],
      })),
    ];
  },
};

/** What `pause` stopped goes on. */
export const RESUME: Scenario = {
  title: 'backups again, and one at once',
  steps: (question) => {
    const paused = backupsOf(question);
    const cronJob = backupNow(question);
    if (!cronJob) return 'no backup of the source is scheduled in the cluster';
    return [
      { say: 'Start backups on their schedule again.', run: suspend(question, paused, false) },
      ...startJob(question, cronJob, 'by-hand', 'Do not wait for the next one.'),
      released(question),
    ];
  },
};

const backupsOf = ({ workloads }: Question): Workload[] =>
  scheduled(workloads).filter(({ component }) => TAKES_BACKUPS.includes(component));

const suspend = (
  question: Question,
  cronJobs: readonly Workload[],
  suspended: boolean,
): Step['run'] =>
  cronJobs.map(({ name }) =>
    kubectl(question, [
      ...['patch', `cronjob/${name}`, '--patch', JSON.stringify({ spec: { suspend: suspended } })],
    ]),
  );

const instance = ({ source }: Question): string => `app.kubernetes.io/instance=${source.name}`;
