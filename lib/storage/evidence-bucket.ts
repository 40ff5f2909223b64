import { Construct } from 'constructs';
import { denyBypass } from '../access/bypass.ts';
import { evidenceUsers } from '../access/key-users.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { AccessLogs } from './access-logs.ts';
import { ownKeyOnly, writeOnce } from './bucket-policy.ts';
import { evidenceRules } from './bucket-rules.ts';
import { lifecycleRule } from './lifecycle.ts';
import { evidenceOf, otherSide, type Side } from './location.ts';
import { boundedEvidence, evidenceRetention } from './object-lock.ts';
import { storedBucket } from './stored-bucket.ts';

export interface BucketBesideProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
  readonly replicate: boolean;
  readonly logs: AccessLogs;
}

/** What verifications and drills found, where neither they nor an administrator removes it before its time. */
export class EvidenceBucket extends Construct {
  constructor(scope: Construct, id: string, props: BucketBesideProps) {
    super(scope, id);
    const { compiled, side, replicate, logs } = props;
    const { resource } = storedBucket(this, {
      compiled,
      location: evidenceOf(compiled, side),
      users: evidenceUsers(compiled, side),
      lifecycleRules: evidenceRules(compiled).map(lifecycleRule),
      lock: evidenceRetention(compiled),
      policy: (bucketArn, keyArn) => [
        ...writeOnce(bucketArn),
        ...ownKeyOnly(bucketArn, keyArn),
        ...boundedEvidence(compiled, `${bucketArn}/*`),
        denyBypass(`${bucketArn}/*`, []),
      ],
      copying: { to: evidenceOf(compiled, otherSide(side)), use: 'replication-evidence' },
      replicate,
    });
    resource.loggingConfiguration = logs.of('evidence');
  }
}
