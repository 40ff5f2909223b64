import { leaseName } from '../../lib/lock/lock.ts';
import { planSelector } from '../charts/names.ts';
import { kubectl, type Scenario, tidemark } from './step.ts';

/** What there is of a source in the cluster, who works for it, and what is stored. */
export const STATUS: Scenario = {
  title: 'what runs now, and how well the source is protected',
  steps: (question) => {
    const { name } = question.source;
    const labels = { ...planSelector(question.compiled), 'app.kubernetes.io/instance': name };
    const own = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    const leases = [leaseName(name, 'backup'), leaseName(name, 'wal')];
    return [
      {
        say: 'What there is and what runs. A streamer that is not ready has not brought its log into the bucket in time.',
        run: [
          kubectl(question, [
            ...['get', 'cronjobs,deployments,jobs,pods', '--selector', own.join(',')],
          ]),
        ],
      },
      {
        say: 'Which pod takes a backup, and which streams.',
        run: [kubectl(question, ['get', 'leases', ...leases, '--ignore-not-found'])],
      },
      {
        say: 'What went wrong lately.',
        run: [
          kubectl(question, [
            ...['get', 'events', '--field-selector', 'type=Warning'],
            ...['--sort-by', '.lastTimestamp'],
          ]),
        ],
      },
      {
        say: 'What is stored: from the bucket, so that a CronJob which is gone hides nothing.',
        run: [[tidemark(question, 'status')], [tidemark(question, 'list')]],
      },
    ];
  },
};
