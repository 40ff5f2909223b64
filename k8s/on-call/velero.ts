import { join } from 'node:path';
import { type ClusterSource, scheduleName } from '../../lib/engines/kubernetes/names.ts';
import { clusterSchedules } from '../../lib/engines/kubernetes/schedules.ts';
import { restoreCharts } from '../charts/velero/restores.ts';
import { held, released } from './gitops.ts';
import type { ScenarioName } from './names.ts';
import { kubectl, type Place, type Step } from './step.ts';

/** What somebody asks with about what Velero backs up. */
export interface ClusterQuestion extends Place {
  readonly source: ClusterSource;
}

interface ClusterScenario {
  readonly title: string;
  steps(question: ClusterQuestion): readonly Step[];
}

const KINDS = ['backupstoragelocations', 'schedules', 'backups', 'restores'];
const kindOf = (name: string): string => `${name}.velero.io`;

/** Schedules by their names, the one that starts most often first. */
const schedules = ({ view, source }: ClusterQuestion): string[] =>
  clusterSchedules(view.compiled, source).map(({ tier }) =>
    scheduleName(view.compiled, source, tier),
  );

const asked = (question: ClusterQuestion, words: readonly string[]) =>
  kubectl(question, words, question.source.settings.velero.namespace);

const paused = (question: ClusterQuestion, stopped: boolean): Step['run'] =>
  schedules(question).map((name) =>
    asked(question, [
      ...['patch', `${kindOf('schedules')}/${name}`, '--type', 'merge'],
      ...['--patch', JSON.stringify({ spec: { paused: stopped } })],
    ]),
  );

function backup(question: ClusterQuestion): Step[] {
  const { context, at, source } = question;
  const [newest] = schedules(question);
  if (newest === undefined) return [];
  const name = `${newest}-${at.toISOString().replace(/\D/g, '').slice(0, 14)}`;
  const velero = [
    'velero',
    '--kubecontext',
    context,
    '--namespace',
    source.settings.velero.namespace,
  ];
  return [
    {
      say: 'Take it as the Schedule would, and wait until it has ended.',
      run: [[[...velero, 'backup', 'create', name, '--from-schedule', newest, '--wait']]],
    },
  ];
}

function restore(question: ClusterQuestion): Step[] {
  const { view, compiled, policy, source } = question;
  const folder = join(
    'dist',
    compiled.plan,
    compiled.environment,
    'k8s',
    view.path,
    'velero/restores',
  );
  const files = [...restoreCharts(view.compiled).keys()].filter((name) =>
    name.startsWith(`${source.name}-`),
  );
  return [
    { say: 'Have the manifests of the plan as it is.', run: [[['tidemark', 'synth', ...policy]]] },
    {
      say: `Start it: what is there already stays as it is. Beside it lie ${files.slice(1).join(', ') || 'no others'}.`,
      run: [asked(question, ['create', '--filename', join(folder, `${files[0]}.yaml`)])],
    },
    {
      say: 'The last one is yours; PHASE is Completed when it has ended.',
      run: [
        asked(question, [
          ...['get', kindOf('restores'), '--sort-by', '.metadata.creationTimestamp'],
          ...[
            '--output',
            'custom-columns=NAME:.metadata.name,PHASE:.status.phase,ERRORS:.status.errors',
          ],
        ]),
      ],
    },
  ];
}

/** What can be done about a cluster that Velero backs up. */
export const CLUSTER_SCENARIOS: Readonly<Partial<Record<ScenarioName, ClusterScenario>>> = {
  status: {
    title: 'what Velero has done, and where it keeps it',
    steps: (question) => [
      {
        say: 'A location that is not Available, or a Schedule without a new backup, is what to look at.',
        run: [asked(question, ['get', KINDS.map(kindOf).join(',')])],
      },
    ],
  },
  backup: { title: 'a backup of the cluster now', steps: backup },
  pause: {
    title: 'no backups of the cluster until they are resumed',
    steps: (question) => [
      held(question),
      { say: 'Start no backup any more.', run: paused(question, true) },
    ],
  },
  resume: {
    title: 'backups of the cluster again, and one at once',
    steps: (question) => [
      { say: 'Start backups on their schedule again.', run: paused(question, false) },
      ...backup(question),
      released(question),
    ],
  },
  'restore-latest': { title: 'everything out of the newest backup of the cluster', steps: restore },
};
