import { veleroOfPlan } from '../../lib/access/velero-account.ts';
import { clusterSources } from '../../lib/engines/kubernetes/names.ts';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import type { Stage } from '../../lib/plan/recovery.ts';
import { formatSeconds } from '../../lib/plan/values/duration.ts';
import { cronJobName } from '../charts/names.ts';
import { restorePlace } from '../charts/restore.ts';
import { VELERO_CHART_VERSION, VELERO_CHARTS } from '../charts/velero/values.ts';
import { MARKER, type Origin } from '../render.ts';
import { type ClusterView, FAILOVER } from '../views.ts';
import type { RecoveryStage } from './stages.ts';

/**
 * What people do after a total loss, in the order of the stages, with the time that the plan gives them. Every name in it
 * is one of the manifests beside it.
 */
export function runbook(
  { plan, environment }: Origin,
  view: ClusterView,
  stages: readonly RecoveryStage[],
): string {
  const { compiled } = view;
  return [
    `${MARKER} from plan ${plan} for environment ${environment}: change the plan, not this file.`,
    '',
    `Everything is lost but the bucket. The objective is to be back within ${formatSeconds(compiled.objectives.rtoSeconds)}. Commands are run in the folder above this one.`,
    '',
    '| stage | phase of the plan | time |',
    '|---|---|---|',
    ...stages.map(({ stage }, index) => `| ${index} ${stage} | ${budget(compiled, stage)} |`),
    ...stages.flatMap(({ stage, folder, files }, index) => [
      '',
      `## ${index} ${stage}`,
      '',
      ...TEXTS[stage](view),
      ...(veleroOfPlan(compiled) || !OF_VELERO.includes(stage) ? [] : ['', WITHOUT_VELERO]),
      ...(files.size > 0 ? ['', ...applied(compiled, stage, folder)] : []),
      ...stepsOfPlan(compiled, stage),
    ]),
    '',
  ].join('\n');
}

/** A phase of several stages has one budget for all of them. */
function budget({ recovery: { phases } }: CompiledPlan, stage: Stage): string {
  const phase = phases.find(({ stages = [] }) => stages.includes(stage));
  if (!phase) return '– | within the objective';
  const { name, withinSeconds, stages = [] } = phase;
  const time = withinSeconds === null ? 'what the others leave' : formatSeconds(withinSeconds);
  const others = stages.filter((other) => other !== stage);
  return `${name} | ${time}${others.length > 0 ? `, with ${others.join(' and ')}` : ''}`;
}

/** The plan's own words, in the first stage of their phase. */
function stepsOfPlan({ recovery: { phases } }: CompiledPlan, stage: Stage): string[] {
  const phase = phases.find(({ stages }) => stages?.[0] === stage);
  if (!phase || phase.steps.length === 0) return [];
  return ['', `The plan says of ${phase.name}:`, '', ...phase.steps.map((step) => `- ${step}`)];
}

const commands = (...lines: readonly string[]): string[] => ['```console', ...lines, '```'];

function applied(compiled: CompiledPlan, stage: Stage, folder: string): string[] {
  const apply = `$ kubectl apply --server-side -k recovery/${folder}`;
  const velero = veleroOfPlan(compiled);
  if (!velero) return commands(apply);
  const watch = (kind: string): string =>
    `$ kubectl --namespace ${velero.namespace} get ${kind}.velero.io --watch`;
  if (stage !== 'infrastructure') return commands(apply, watch('restores'));
  return [
    ...commands(apply, watch('backups')),
    '',
    'Go on when the backups are listed: a Restore that is made before finds none, and fails for good.',
  ];
}

/** Stages that nothing but a backup of the cluster brings back. */
const OF_VELERO: readonly Stage[] = ['operators', 'rbac', 'configuration', 'application'];
const WITHOUT_VELERO = 'The plan backs up no cluster: deploy this from where it comes.';

const TEXTS: Readonly<Record<Stage, (view: ClusterView) => string[]>> = {
  infrastructure: ({ compiled }) => {
    const velero = veleroOfPlan(compiled);
    return [
      `Make the cluster \`${compiled.kubernetes.cluster}\`, and deploy the stacks of the plan: roles and buckets have the same names as before.`,
      ...(velero
        ? [
            'Then install Velero and give it the bucket, which it only reads until everything is back:',
            '',
            ...commands(
              `$ helm repo add vmware-tanzu ${VELERO_CHARTS}`,
              `$ helm upgrade --install velero vmware-tanzu/velero --version '${VELERO_CHART_VERSION}' \\`,
              `    --namespace ${velero.namespace} --create-namespace --values values/velero/values.yaml`,
            ),
          ]
        : []),
    ];
  },
  operators: ({ compiled: { recovery } }) => [
    `Kinds of objects, storage classes and priorities, then ${recovery.operators ? `the operators in ${recovery.operators.join(', ')}` : 'operators, which the plan names no namespaces of: install them as usual'}.`,
  ],
  rbac: () => ['Namespaces, service accounts, roles, quotas and network policies.'],
  data: ({ compiled }) => [
    'Volumes first, then what Tidemark has of each server. A claim that a job restores into has to be empty.',
    ...dataOf(compiled),
  ],
  configuration: () => ['ConfigMaps and Secrets, without those that are there already.'],
  application: (view) => [
    'Everything else. What is there already stays as it is.',
    ...switchOvers(view),
  ],
  checks: (view) => [
    `Backups are taken again${veleroOfPlan(view.compiled) ? ', Velero may write' : ''}, and somebody who knows the product looks at it:`,
    '',
    ...checks(view),
  ],
};

function dataOf(compiled: CompiledPlan): string[] {
  const sources = derivedSources(compiled);
  const jobs = sources.filter((source) => restorePlace(source) !== undefined);
  const rest = compiled.sources.filter(
    ({ name, engine }) => engine !== 'kubernetes' && !jobs.some((job) => job.name === name),
  );
  return [
    ...(jobs.length === 0
      ? []
      : [
          '',
          '| source | job | back within |',
          '|---|---|---|',
          ...jobs.map(
            ({ name, objectives }) =>
              `| ${name} | \`${cronJobName(name, 'recover')}\` | ${formatSeconds(objectives.rtoSeconds)} |`,
          ),
        ]),
    ...(rest.length === 0
      ? []
      : ['', `By hand, as there is no job for it: ${rest.map(({ name }) => name).join(', ')}.`]),
  ];
}

/** Backups of what Velero brought back would be the newest, and the restored state would be in none. */
function switchOvers({ compiled, standby }: ClusterView): string[] {
  const restored = derivedSources(compiled).filter((source) => restorePlace(source) !== undefined);
  if (restored.length === 0) return [];
  return [
    '',
    'A server starts on its own volume, which is empty or at best what a crash leaves. Before the next stage each goes on with what its job restored; these say how:',
    '',
    ...commands(
      ...restored.map(
        ({ name }) =>
          `$ tidemark kubectl-plan switch-over --plan ${compiled.plan} --env ${compiled.environment} --source ${name}${standby ? ' --replica' : ''}`,
      ),
    ),
  ];
}

function checks({ standby, compiled }: ClusterView): string[] {
  return commands(
    `$ kubectl apply --server-side -k ${standby ? `../${FAILOVER}` : '.'}`,
    ...(clusterSources(compiled).length > 0
      ? [
          `$ kubectl --namespace ${veleroOfPlan(compiled)?.namespace} get backupstoragelocations,schedules`,
        ]
      : []),
    `$ kubectl --namespace ${compiled.kubernetes.namespace} get deployments,cronjobs,jobs`,
    `$ tidemark status --plan ${compiled.plan} --env ${compiled.environment}`,
  );
}
