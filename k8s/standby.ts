import type { Manifests } from './manifests.ts';
import { type KubernetesObject, kubernetesObject } from './objects/object.ts';

/** Which field keeps an object from doing anything, and what it is otherwise where it is not written. */
const SLEEP: Readonly<
  Record<string, { readonly field: string; readonly asleep: unknown; readonly usual: unknown }>
> = {
  CronJob: { field: 'suspend', asleep: true, usual: false },
  Deployment: { field: 'replicas', asleep: 0, usual: 1 },
  // Of Velero. Two that write into one repository, and remove what has expired, break it.
  Schedule: { field: 'paused', asleep: true, usual: false },
  BackupStorageLocation: { field: 'accessMode', asleep: 'ReadOnly', usual: 'ReadWrite' },
};

/** A change of objects of a kustomization. */
export interface ObjectPatch {
  /** Without a name: all of the kind. */
  readonly target: { readonly kind: string; readonly name?: string };
  readonly patch: string;
}

/** What complains that nothing is done is not there while nothing is to be done. */
const ALARMS = new Set(['PrometheusRule']);

/** A cluster that waits. */
interface Standby {
  /** Everything that it is given, asleep. */
  readonly asleep: Manifests;
  readonly wakings: readonly ObjectPatch[];
  /** What is added when it is woken. */
  readonly alarms: Manifests;
}

/** Manifests of a cluster in which nothing runs until the other region is lost, and what changes then. */
export function standby(manifests: Manifests): Standby {
  const asleep = new Map<string, KubernetesObject[]>();
  const alarms = new Map<string, KubernetesObject[]>();
  const wakings: ObjectPatch[] = [];
  for (const [name, objects] of manifests) {
    const complaining = objects.filter(({ kind }) => ALARMS.has(kind));
    const others = objects.filter(({ kind }) => !ALARMS.has(kind));
    if (complaining.length > 0) alarms.set(name, complaining);
    if (others.length > 0) asleep.set(name, others.map(putToSleep));
    wakings.push(...others.flatMap(waking));
  }
  return { asleep, alarms, wakings };
}

function putToSleep(object: KubernetesObject): KubernetesObject {
  const sleep = SLEEP[object.kind];
  if (!sleep) return object;
  return kubernetesObject({ ...object, spec: { ...object.spec, [sleep.field]: sleep.asleep } });
}

function waking({ kind, metadata: { name }, spec }: KubernetesObject): ObjectPatch[] {
  const sleep = SLEEP[kind];
  if (!sleep) return [];
  const awake = spec?.[sleep.field] ?? sleep.usual;
  if (awake === sleep.asleep) return [];
  return [
    {
      target: { kind, name },
      patch: JSON.stringify([{ op: 'replace', path: `/spec/${sleep.field}`, value: awake }]),
    },
  ];
}

/** What puts a cluster to sleep that was awake, kind by kind: its alarms go, and nothing else. */
export function sleepPatches(manifests: Manifests): ObjectPatch[] {
  const objects = [...manifests.values()].flat();
  const kinds = new Map(objects.map((object) => [object.kind, object]));
  return [...kinds].flatMap(([kind, { apiVersion }]): ObjectPatch[] => {
    const sleep = SLEEP[kind];
    const target = { kind };
    if (sleep) {
      const change = { op: 'add', path: `/spec/${sleep.field}`, value: sleep.asleep };
      return [{ target, patch: JSON.stringify([change]) }];
    }
    if (!ALARMS.has(kind)) return [];
    const removed = { $patch: 'delete', apiVersion, kind, metadata: { name: 'any' } };
    return [{ target, patch: JSON.stringify(removed) }];
  });
}
