import { restorePlace } from '../charts/restore.ts';
import { printedJob, startJob } from './jobs.ts';
import type { Question, Scenario } from './step.ts';

const NO_VOLUME = 'the plan names no volume for restores; add restore.volumeClaim to it';
const NOT_LOADED = 'only into PostgreSQL something is loaded while it runs';
const NO_LOAD =
  'the plan does not say as whom to load; add load.credentials and load.scratch to it';

/** The newest state there is, into the volume of restores. */
export const RESTORE_LATEST: Scenario = {
  title: 'the latest state, into the volume for restores',
  steps: (question) => {
    const cronJob = byHand(question, 'restore');
    if (!cronJob) return NO_VOLUME;
    return [...startJob(question, cronJob, 'restore', start(question)), after(question)];
  },
};

/** The state of a moment, into the volume of restores. */
export const RESTORE_TO: Scenario = {
  title: 'the state of a moment, into the volume for restores',
  steps: (question) => {
    if (!restorePlace(question.source)) return NO_VOLUME;
    if (question.to === undefined) return 'say which moment with --to';
    return [
      ...printedJob(question, 'restore', ['--to', question.to], start(question)),
      after(question),
    ];
  },
};

const start = ({ source }: Question): string =>
  `Start the restore into ${restorePlace(source)?.volumeClaim}, which has to be empty. The server that runs is not touched.`;

const after = ({ source }: Question) => ({
  say: `The data directory is data/ in ${restorePlace(source)?.volumeClaim}, ready to be started. To go on with it: tidemark kubectl-plan switch-over.`,
  run: [],
});

/** A dump takes the place of the database in the running server. */
export const LOAD_LATEST: Scenario = {
  title: 'the newest dump in place of the database, in the server that runs',
  steps: (question) => {
    if (question.source.engine !== 'postgresql') return NOT_LOADED;
    const cronJob = byHand(question, 'load');
    if (!cronJob) return NO_LOAD;
    return [
      ...startJob(
        question,
        cronJob,
        'load',
        'Start the load. The database goes on until everything is there and counted; then the two change names.',
      ),
      { say: 'The database that was there stays, under the name that the log tells.', run: [] },
    ];
  },
};

/** One table comes back, the others stay as they are. */
export const LOAD_TABLE: Scenario = {
  title: 'one table, in the server that runs',
  steps: (question) => {
    const { source, table, to } = question;
    if (source.engine !== 'postgresql') return NOT_LOADED;
    if (!source.settings.load) return NO_LOAD;
    if (table === undefined) return 'say which table with --table';
    const options = [
      '--table',
      table,
      '--confirm',
      table,
      ...(to === undefined ? [] : ['--to', to]),
    ];
    return [
      ...printedJob(
        question,
        'load',
        options,
        'Start the load. The table that is there moves into a schema of its own; add --by merge to only bring back rows that are missing.',
      ),
    ];
  },
};

const byHand = ({ workloads }: Question, component: string) =>
  workloads.find((one) => one.byHand && one.component === component);
