import { Construct } from 'constructs';
import { bypassers, denyBypass } from '../access/bypass.ts';
import { denyHold } from '../access/hold.ts';
import { holders } from '../access/holders.ts';
import { keyUsers } from '../access/key-users.ts';
import { landingRoles } from '../access/landing-access.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { AccessLogs } from './access-logs.ts';
import { ownKeyOnly, writeOnceButLanding } from './bucket-policy.ts';
import { lifecycleRules } from './lifecycle.ts';
import { type Location, locationOf, otherSide, type Side } from './location.ts';
import { boundedRetention, defaultRetention } from './object-lock.ts';
import { readersFromOtherAccount } from './other-account.ts';
import { storedBucket } from './stored-bucket.ts';

export interface BackupBucketProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
  /** Copy to the other side. S3 refuses this while the other bucket does not exist. */
  readonly replicate: boolean;
}

/** One of the two copies of an environment's backups: written once, encrypted, expiring as promised, never removed with the stack. */
export class BackupBucket extends Construct {
  readonly location: Location;
  readonly keyArn: string;
  /** Of the requests to every bucket of the region. */
  readonly logs: AccessLogs;

  constructor(scope: Construct, id: string, { compiled, side, replicate }: BackupBucketProps) {
    super(scope, id);
    this.location = locationOf(compiled, side);
    const { resource, keyArn } = storedBucket(this, {
      compiled,
      location: this.location,
      users: keyUsers(compiled, side),
      lifecycleRules: lifecycleRules(compiled),
      // A bucket that was made without it cannot hold the newest backup, nor be locked later without being replaced.
      lock: defaultRetention(compiled) ?? true,
      policy: (bucketArn, key) => [
        ...writeOnceButLanding(bucketArn, landingRoles(compiled, side)),
        ...ownKeyOnly(bucketArn, key),
        ...boundedRetention(compiled, `${bucketArn}/*`),
        ...readersFromOtherAccount(compiled, this.location),
        denyBypass(`${bucketArn}/*`, bypassers(compiled, side)),
        denyHold(`${bucketArn}/*`, holders(compiled, side)),
      ],
      copying: { to: locationOf(compiled, otherSide(side)), use: 'replication' },
      replicate,
    });
    this.keyArn = keyArn;
    this.logs = new AccessLogs(this, 'AccessLogs', { compiled, side });
    resource.loggingConfiguration = this.logs.of('backups');
    resource.inventoryConfigurations = [this.logs.inventory];
  }
}
