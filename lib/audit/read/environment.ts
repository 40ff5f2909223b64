import type { CompiledPlan } from '../../plan/compiled.ts';
import { usesAws } from '../../plan/store-url.ts';
import { evidenceOf, locationOf, type Side, veleroOf } from '../../storage/location.ts';
import type { Purpose } from '../buckets/model.ts';
import type { Place } from '../model.ts';
import { type AuditFile, type Resource, templateEnding, type Unreadable } from '../template.ts';
import { type AlarmFacts, readAlarms } from './alarms.ts';
import { type BucketFacts, namedBuckets } from './bucket.ts';
import { type NoticeFacts, readNotices } from './notices.ts';
import { type Readers, readOnce } from './read-once.ts';
import { readVelero, type VeleroFacts } from './velero.ts';
import { newBackupRule, type VerificationSchedule, verificationSchedules } from './verification.ts';
import { readWorkloads, type Workload } from './workloads.ts';

/** What was synthesised for one environment, as files. */
export interface Synthesised {
  readonly templates: readonly AuditFile[];
  readonly manifests: readonly AuditFile[];
}

/** One of the two copies: its bucket, and where to look for it. */
export interface CopyFacts {
  readonly purpose: Purpose;
  readonly side: Side;
  readonly region: string;
  readonly bucketName: string;
  /** Undefined where no template has it. */
  readonly bucket: BucketFacts | undefined;
  /** Of the region's template, for what is missing from it. */
  readonly template: Place;
}

/** What the files of an environment say. */
export interface EnvironmentFacts {
  readonly templates: readonly Resource[];
  readonly manifests: readonly Resource[];
  readonly unreadable: readonly Unreadable[];
  readonly copies: readonly CopyFacts[];
  /** Buckets beside those of the backups. */
  readonly beside: readonly CopyFacts[];
  readonly alarms: readonly AlarmFacts[];
  readonly notices: readonly NoticeFacts[];
  readonly workloads: readonly Workload[];
  readonly velero: VeleroFacts;
  readonly verification: readonly VerificationSchedule[];
  readonly onNewBackup: Resource | undefined;
}

export function readEnvironment(
  files: Synthesised,
  compiled: CompiledPlan,
  readers: Readers = readOnce(),
): EnvironmentFacts {
  const templates = files.templates.map(readers.template);
  const manifests = files.manifests.map(readers.manifest);
  const resources = templates.flatMap((read) => read.resources);
  const objects = manifests.flatMap((read) => read.resources);
  const buckets = namedBuckets(resources);
  // No file says anything about a bucket that no stack makes.
  const sides: readonly Side[] = usesAws(compiled) ? ['primary', 'replica'] : [];
  const copiesOf = (purpose: Purpose, locate: typeof locationOf): CopyFacts[] =>
    sides.map((side) => {
      const { region, bucketName } = locate(compiled, side);
      const bucket = buckets.find(({ name }) => name === bucketName);
      const file = bucket?.resource.file ?? templateOf(files.templates, region);
      const template = { file, line: 1, resource: '' };
      return { purpose, side, region, bucketName, bucket, template };
    });
  return {
    templates: resources,
    manifests: objects,
    unreadable: [...templates, ...manifests].flatMap((read) => read.unreadable),
    copies: copiesOf('backups', locationOf),
    beside: [...copiesOf('evidence', evidenceOf), ...copiesOf('velero', veleroOf)],
    alarms: readAlarms(resources),
    notices: readNotices(resources),
    workloads: readWorkloads(objects),
    velero: readVelero(objects),
    verification: verificationSchedules(resources),
    onNewBackup: newBackupRule(resources),
  };
}

/** A region's template is told by its name. */
const templateOf = (templates: readonly AuditFile[], region: string): string =>
  templates.find(({ file }) => file.endsWith(templateEnding(region)))?.file ?? `aws/${region}`;
