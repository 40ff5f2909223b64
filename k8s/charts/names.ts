import { createHash } from 'node:crypto';
import type { BackupKind } from '../../lib/catalog/manifest.ts';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { VERSION } from '../../lib/version.ts';

/** What a pod does that takes scheduled backups of a kind. */
export const BACKUP_COMPONENTS = {
  full: 'base-backup',
  incremental: 'incremental-backup',
  logical: 'logical-backup',
  snapshot: 'snapshot',
} as const satisfies Record<BackupKind, string>;

/** Pods that talk to the server which they protect, load into it, or make the role of its backups; a restore reads the bucket only, and cannot touch what it replaces. */
export const SERVER_COMPONENTS = [
  'wal-streamer',
  ...Object.values(BACKUP_COMPONENTS),
  'load',
  'setup',
] as const;

/** What a pod does; the value of its `app.kubernetes.io/component` label. */
export type Component =
  | (typeof SERVER_COMPONENTS)[number]
  | 'restore'
  | 'exporter'
  | 'verification'
  | 'status-check'
  | 'drill';

/** Kubernetes appends 11 characters to a CronJob's name for each Job and refuses longer ones. */
const CRON_JOB_NAME_LIMIT = 52;

/** A name that fits, the same for the same parts: what is too long is cut and told apart by a digest. */
export function cronJobName(...parts: readonly string[]): string {
  const name = ['tidemark', ...parts].join('-');
  if (name.length <= CRON_JOB_NAME_LIMIT) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, CRON_JOB_NAME_LIMIT - digest.length - 1).replace(/-+$/, '')}-${digest}`;
}

/**
 * Of a Job that somebody asks for at a moment: another one each second. Kubernetes would do nothing where a Job of the
 * name exists.
 */
export const jobName = (at: Date, ...parts: readonly string[]): string =>
  `${cronJobName(...parts)}-${at.toISOString().replace(/\D/g, '').slice(4, 14)}`;

export const walStreamerName = (source: DerivedSource): string => `tidemark-${source.name}-wal`;

/** Labels that select every pod of the plan and nothing else in the namespace. */
export const planSelector = (compiled: CompiledPlan): Record<string, string> => ({
  'app.kubernetes.io/name': 'tidemark',
  'app.kubernetes.io/part-of': compiled.plan,
});

/** Labels that select the pods of one component of a source. They are part of a Deployment's identity: never change them. */
export const podSelector = (
  compiled: CompiledPlan,
  source: DerivedSource,
  component: Component,
): Record<string, string> => ({
  ...planSelector(compiled),
  'app.kubernetes.io/instance': source.name,
  'app.kubernetes.io/component': component,
});

/** Labels of objects that belong to the plan as a whole. */
export const planLabels = (compiled: CompiledPlan): Record<string, string> => ({
  ...planSelector(compiled),
  'app.kubernetes.io/version': VERSION,
  'app.kubernetes.io/managed-by': 'tidemark',
});

/** Labels of everything that belongs to one component of a source. */
export const componentLabels = (
  compiled: CompiledPlan,
  source: DerivedSource,
  component: Component,
): Record<string, string> => ({
  ...podSelector(compiled, source, component),
  'app.kubernetes.io/version': VERSION,
  'app.kubernetes.io/managed-by': 'tidemark',
});
