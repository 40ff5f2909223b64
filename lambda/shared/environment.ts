import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { readPlanText } from '../../lib/plan/written.ts';
import { openStore } from '../../lib/stores/open.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { WORK_BUCKET } from '../../lib/verification/variables.ts';

/** Set by Lambda: the folder of the function's code. */
const CODE_FOLDER = 'LAMBDA_TASK_ROOT';

/** The plan that was deployed with the code, beside it. */
export async function deployedPlan(): Promise<CompiledPlan> {
  const folder = process.env[CODE_FOLDER];
  if (!folder) throw new Error(`${CODE_FOLDER} is not set; this runs in AWS Lambda`);
  const path = join(folder, 'plan.json');
  return readPlanText(await readFile(path, 'utf8'), path);
}

export async function primaryStore({ buckets, regions }: CompiledPlan): Promise<ObjectStore> {
  return openStore(`s3://${buckets.primary}?region=${regions.primary}`);
}

export async function evidenceStore(compiled: CompiledPlan): Promise<ObjectStore> {
  return openStore(`s3://${compiled.buckets.evidence.primary}?region=${compiled.regions.primary}`);
}

/** Where the steps of a verification leave what they tell each other. CloudFormation chooses its name. */
export function workBucket(): string {
  const bucket = process.env[WORK_BUCKET];
  if (!bucket) throw new Error(`${WORK_BUCKET} is not set; it is the name of a bucket`);
  return bucket;
}

/** With large parts, so that lists are one part each, whose ETag S3 Batch Operations are told. */
export async function workStore({ regions }: CompiledPlan): Promise<ObjectStore> {
  return openStore(`s3://${workBucket()}?region=${regions.primary}&partSize=64MiB`);
}
