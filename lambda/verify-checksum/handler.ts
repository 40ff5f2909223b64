import { Logger } from '@aws-lambda-powertools/logger';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { roleArn } from '../../lib/access/role-names.ts';
import { emit, emitHeartbeat } from '../shared/emit.ts';
import {
  deployedPlan,
  evidenceStore,
  primaryStore,
  workBucket,
  workStore,
} from '../shared/environment.ts';
import { measurements } from './measurements.ts';
import { type Answer, run, type VerifyDeps } from './verify-checksum.ts';

const logger = new Logger();
const deps = prepare();
// A failure belongs to the invocation that awaits it, not to the start of the program.
deps.catch(() => {});

export async function handler(event: unknown): Promise<Answer> {
  const ready = await deps;
  const { answer, ended } = await run(event, ready);
  if (ended) {
    const { record, hold, whole } = ended;
    emit(measurements(ready.compiled, record, whole));
    emitHeartbeat(ready.compiled, 'verify-checksum');
    logger.info(`verification ${record.outcome}`, { record: { ...record }, hold: { ...hold } });
  } else {
    logger.info(`next: ${answer.next}`, { answer: { ...answer } });
  }
  return answer;
}

async function prepare(): Promise<VerifyDeps> {
  const compiled = await deployedPlan();
  const [store, evidence, work] = await Promise.all([
    primaryStore(compiled),
    evidenceStore(compiled),
    workStore(compiled),
  ]);
  const { account, buckets, regions } = compiled;
  return {
    ...{ compiled, store, evidence, work },
    now: () => new Date(),
    archive: {
      client: new S3ControlClient({ region: regions.primary }),
      account,
      bucket: buckets.primary,
      workBucket: workBucket(),
      role: roleArn(compiled, regions.primary, 'checksum-jobs'),
    },
  };
}
