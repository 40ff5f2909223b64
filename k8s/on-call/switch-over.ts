import { restorePlace } from '../charts/restore.ts';
import { serverNamespace } from '../charts/server-location.ts';
import { serverWorkload } from '../charts/server-pod.ts';
import { PAUSE, RESUME } from './backups.ts';
import { kubectl, type Question, type Scenario, type Step } from './step.ts';
import { streamers } from './workloads.ts';

const WITHIN = '15m';

/** What was restored takes the server's place. */
export const SWITCH_OVER: Scenario = {
  title: 'the server goes on with what was restored',
  steps: (question) => {
    const { compiled, source, workloads } = question;
    const place = restorePlace(source);
    if (!place) return 'the plan names no volume for restores; add restore.volumeClaim to it';
    const pause = PAUSE.steps(question);
    const resume = RESUME.steps(question);
    if (typeof pause === 'string') return pause;
    if (typeof resume === 'string') return resume;
    const namespace = serverNamespace(compiled, source);
    const streams = streamers(workloads).map(({ name }) => `deployment/${name}`);
    return [
      {
        say: `A restore into ${place.volumeClaim} has succeeded before (restore-latest, restore-to). Keep the volume that the server has now until all of this is done.`,
        run: [],
      },
      ...applicationDown(question, namespace),
      ...pause.slice(0, 2),
      ...scaled(question, streams, 0, 'Stop streaming. What comes writes a history of its own.'),
      ...serverDown(question, namespace),
      {
        say: `In the server's own manifests, its volume becomes persistentVolumeClaim: { claimName: ${place.volumeClaim} }, and its data directory the folder data in it${namespace === compiled.kubernetes.namespace ? '' : ` (it is in the namespace ${compiled.kubernetes.namespace}: a pod can only mount volumes of its own)`}. Apply them; a StatefulSet with volumeClaimTemplates has to be deleted with --cascade=orphan first, because they cannot be changed.`,
        run: [],
      },
      ...serverUp(question, namespace),
      ...scaled(question, streams, 1, 'Stream what it writes from now on.'),
      ...streams.map((name) => ({
        say: 'Its log is in the bucket when this ends.',
        run: [rollout(question, name)],
      })),
      ...resume.slice(0, -1),
      { say: 'Bring the application back, with as many replicas as there were.', run: [] },
      ...resume.slice(-1),
    ];
  },
};

const rollout = (question: Question, name: string, namespace?: string) =>
  kubectl(question, ['rollout', 'status', name, `--timeout=${WITHIN}`], namespace);

function scaled(
  question: Question,
  names: readonly string[],
  replicas: number,
  say: string,
  namespace?: string,
): Step[] {
  if (names.length === 0) return [];
  return [
    { say, run: [kubectl(question, ['scale', ...names, `--replicas=${replicas}`], namespace)] },
  ];
}

/** What writes to the server; the plan knows it where loads may scale it. */
function applicationDown(question: Question, namespace: string | undefined): Step[] {
  const { source } = question;
  const names = (source.engine === 'postgresql' && source.settings.load?.scale) || [];
  if (names.length === 0) return [{ say: 'Stop whatever writes to the server.', run: [] }];
  return [
    {
      say: 'Note how many replicas the application has.',
      run: [kubectl(question, ['get', ...names], namespace)],
    },
    ...scaled(question, names, 0, 'Stop whatever writes to the server.', namespace),
  ];
}

/** Of the plan, or by the name of the service. */
function server({ source }: Question): string {
  const workload =
    source.engine === 'postgresql'
      ? source.settings.archiving?.workload
      : source.settings.appendonly?.workload;
  const { kind, name } = serverWorkload(source, workload);
  return `${kind.toLowerCase()}/${name}`;
}

function serverDown(question: Question, namespace: string | undefined): Step[] {
  if (namespace === undefined)
    return [{ say: 'Stop the server: it is not in a cluster.', run: [] }];
  const name = server(question);
  const gone = name.startsWith('statefulset/')
    ? kubectl(
        question,
        ['wait', '--for=delete', `pod/${name.split('/')[1]}-0`, `--timeout=${WITHIN}`],
        namespace,
      )
    : rollout(question, name, namespace);
  return [
    ...scaled(question, [name], 0, 'Stop the server.', namespace),
    { say: 'Wait until it has ended.', run: [gone] },
  ];
}

function serverUp(question: Question, namespace: string | undefined): Step[] {
  if (namespace === undefined) return [{ say: 'Start the server on it.', run: [] }];
  const name = server(question);
  return [
    ...scaled(question, [name], 1, 'Start the server on it.', namespace),
    { say: 'Wait until it is ready.', run: [rollout(question, name, namespace)] },
  ];
}
