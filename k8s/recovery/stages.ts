import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { clusterSources } from '../../lib/engines/kubernetes/names.ts';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import { STAGES, type Stage } from '../../lib/plan/recovery.ts';
import { restorePlace, restoreWork } from '../charts/restore.ts';
import { VeleroChart } from '../charts/velero/velero-chart.ts';
import { job } from '../charts/work.ts';
import type { Manifests } from '../manifests.ts';
import { adorn } from '../objects/adorn.ts';
import { type KubernetesObject, kubernetesObject } from '../objects/object.ts';
import { stageRestores } from './restores.ts';
import { stepWave } from './waves.ts';

/** A stage of rebuilding a cluster, with what it applies by the names of its files. */
export interface RecoveryStage {
  readonly stage: Stage;
  /** Folder below `recovery/`; its number says when. */
  readonly folder: string;
  /** Empty where nothing is applied: people do it, or other manifests. */
  readonly files: Manifests;
}

/** Restores of volumes come first in the stage of data. */
const JOBS_STEP = 1;

/** Whether the plan says how a lost cluster is rebuilt: it names stages, or Velero backs the cluster up. */
export const isRebuilt = (compiled: CompiledPlan): boolean =>
  clusterSources(compiled).length > 0 ||
  compiled.recovery.phases.some(({ stages }) => stages !== undefined);

/** @param all manifests of the cluster that is rebuilt */
export const recoveryStages = (compiled: CompiledPlan, all: Manifests): RecoveryStage[] =>
  STAGES.map((stage, index) => ({
    stage,
    folder: `${index}0-${stage}`,
    files: new Map(
      Object.entries(filesOf(compiled, all, stage)).filter(([, objects]) => objects.length > 0),
    ),
  }));

function filesOf(
  compiled: CompiledPlan,
  all: Manifests,
  stage: Stage,
): Record<string, KubernetesObject[]> {
  if (stage === 'infrastructure') return { locations: locations(compiled) };
  const restores = stageRestores(compiled, stage);
  if (stage !== 'data') return { restores };
  return { restores, foundations: foundations(compiled, all), jobs: jobs(compiled) };
}

/** While a cluster is rebuilt, Velero writes and expires nothing in the bucket that everything comes from. */
function locations(compiled: CompiledPlan): KubernetesObject[] {
  if (clusterSources(compiled).length === 0) return [];
  return new VeleroChart(new App(), 'velero', compiled)
    .toJson()
    .map(kubernetesObject)
    .filter(({ kind }) => kind !== 'Schedule')
    .map((object) =>
      object.kind === 'BackupStorageLocation'
        ? { ...object, spec: { ...object.spec, accessMode: 'ReadOnly' } }
        : object,
    );
}

/** The names of files sort by when they are applied: those before this one start nothing. */
const FIRST_WORKLOAD = '45';

/** What restore jobs stand on; nothing that takes backups of servers that are still empty. */
const foundations = (compiled: CompiledPlan, all: Manifests): KubernetesObject[] =>
  jobs(compiled).length === 0
    ? []
    : [...all].flatMap(([name, objects]) => (name < FIRST_WORKLOAD ? objects : []));

/** A job for each source that the plan has a volume for: it starts as soon as it is applied. */
function jobs(compiled: CompiledPlan): KubernetesObject[] {
  const chart = new Chart(new App(), 'jobs', { disableResourceNameHashes: true });
  for (const source of derivedSources(compiled)) {
    const place = restorePlace(source);
    if (!place) continue;
    const work = restoreWork(source, place, 'recover', ['--to', 'latest']);
    const props = job(compiled, source, work, { annotations: stepWave(JOBS_STEP) });
    new k8s.KubeJob(chart, source.name, props);
  }
  return adorn(compiled, chart.toJson().map(kubernetesObject));
}
