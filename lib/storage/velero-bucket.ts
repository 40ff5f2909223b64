import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { VeleroAccess, veleroUsers } from '../access/velero-access.ts';
import { ownKeyOnly } from './bucket-policy.ts';
import { HOUSEKEEPING } from './bucket-rules.ts';
import type { BucketBesideProps } from './evidence-bucket.ts';
import { lifecycleRule } from './lifecycle.ts';
import { otherSide, veleroOf } from './location.ts';
import { storedBucket } from './stored-bucket.ts';

/** What Velero removed or wrote again, by itself or for whoever took over a cluster, can be brought back for so long. */
const DELETED_DAYS = 30;

/**
 * For Velero, which writes its metadata again after an upload, compacts its repositories and removes what has expired. So
 * nothing is locked or expires by the bucket: versions are what protects it, and the copy follows its deletions, or it
 * would grow for ever.
 */
export class VeleroBucket extends Construct {
  constructor(scope: Construct, id: string, props: BucketBesideProps) {
    super(scope, id);
    const { compiled, side, replicate, logs } = props;
    const { resource, keyArn } = storedBucket(this, {
      compiled,
      location: veleroOf(compiled, side),
      users: veleroUsers(compiled, side),
      lifecycleRules: [
        { id: 'deleted', noncurrentVersionExpiration: Duration.days(DELETED_DAYS) },
        lifecycleRule(HOUSEKEEPING),
      ],
      lock: false,
      policy: ownKeyOnly,
      copying: {
        to: veleroOf(compiled, otherSide(side)),
        use: 'replication-velero',
        deletions: true,
      },
      replicate,
    });
    resource.loggingConfiguration = logs.of('velero');
    new VeleroAccess(this, 'Access', { compiled, side, keyArn });
  }
}
