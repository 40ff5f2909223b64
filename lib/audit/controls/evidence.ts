import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Side } from '../../storage/location.ts';
import type { Assignment } from '../assignments.ts';
import type { Audit } from '../model.ts';
import type { BucketFacts } from '../read/bucket.ts';
import type { EnvironmentFacts } from '../read/environment.ts';

/** What controls are judged by: the files as they are, beside the plan that they were made from. */
export interface Evidence {
  readonly compiled: CompiledPlan;
  readonly facts: EnvironmentFacts;
  readonly assignments: readonly Assignment[];
  readonly retention: Audit['retention'];
  /** On record, newest first. */
  readonly drills: Audit['drills'];
}

export type Source = CompiledPlan['sources'][number];

/** One of the two copies, where a template has its bucket. */
export interface Copy {
  readonly side: Side;
  readonly region: string;
  readonly arn: string;
  readonly bucket: BucketFacts;
}
