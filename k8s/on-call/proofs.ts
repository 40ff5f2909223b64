import { printedJob, startJob } from './jobs.ts';
import { type Scenario, tidemark } from './step.ts';

/** Stored bytes are read again, where the account for it can. */
export const VERIFY: Scenario = {
  title: 'read what is stored and compare its digests, now',
  steps: (question) => {
    const cronJob = question.workloads.find(({ component }) => component === 'verification');
    if (cronJob) return startJob(question, cronJob, 'verify', 'Start the verification.');
    return [
      {
        say: 'No verification runs in the cluster. From here, with a role that may read the bucket:',
        run: [[tidemark(question, 'verify')]],
      },
    ];
  },
};

/** A restore nobody needs, which tells how long one takes. */
export const DRILL: Scenario = {
  title: 'restore into a scratch volume, read the data, measure loss and time',
  steps: (question) => {
    const cronJob = question.workloads.find(({ component }) => component === 'drill');
    return cronJob
      ? startJob(question, cronJob, 'drill', 'Start the drill.')
      : printedJob(
          question,
          'drill',
          [],
          'Start the drill; its volume is as large as the newest backup needs.',
        );
  },
};
