import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { locationOf, otherSide, type Side } from '../storage/location.ts';
import { acknowledge, keyByAlias, keyPatterns } from './acknowledge.ts';
import { PodRole } from './pod-role.ts';
import {
  addObjects,
  DECRYPT,
  ENCRYPT,
  listKeys,
  type PolicyBucket,
  readObjects,
  useKey,
} from './policies.ts';
import { roleName } from './role-names.ts';
import { backupServiceAccount, restoreServiceAccount } from './service-accounts.ts';
import { dataKeys, historyKeys, writableKeys } from './source-keys.ts';

export interface SourceAccessProps {
  readonly compiled: CompiledPlan;
  readonly source: CompiledSource;
  readonly side: Side;
  /**
   * ARN of the key of this side's bucket.
   * @default the key is told by its alias, as that of the other region always is
   */
  readonly keyArn?: string;
}

const OWN_OBJECTS =
  'objects of this one source, in the folders of one kind: how its backups will be called is not known before they are taken';

/** Who may touch the backups of one source from the cluster of one region: one role adds, one reads, none removes. */
export class SourceAccess extends Construct {
  constructor(scope: Construct, id: string, props: SourceAccessProps) {
    super(scope, id);
    const { compiled, source, side, keyArn } = props;
    const region = compiled.regions[side];
    const byAlias = (where: Side): PolicyBucket => {
      const location = locationOf(compiled, where);
      return { ...location, key: { alias: location.keyAlias, account: compiled.account } };
    };
    const here: PolicyBucket = {
      ...byAlias(side),
      ...(keyArn !== undefined && { key: { arn: keyArn } }),
    };
    const elsewhere = byAlias(otherSide(side));
    const writer = new PodRole(this, 'Writer', {
      compiled,
      side,
      roleName: roleName(compiled, region, 'writer', source.name),
      description: `adds backups of ${source.name}`,
      serviceAccount: backupServiceAccount(source.name),
      policy: writerPolicy(here, source),
    });
    acknowledge(writer, {
      ...keyPatterns(here, [...writableKeys(source), ...historyKeys(source)], OWN_OBJECTS),
      ...keyByAlias(here),
    });
    const restorer = new PodRole(this, 'Restorer', {
      compiled,
      side,
      roleName: roleName(compiled, region, 'restorer', source.name),
      description: `reads backups of ${source.name}`,
      serviceAccount: restoreServiceAccount(source.name),
      policy: restorerPolicy([here, elsewhere], source),
    });
    for (const bucket of [here, elsewhere]) {
      acknowledge(restorer, {
        ...keyPatterns(bucket, [...historyKeys(source), ...dataKeys(source)], OWN_OBJECTS),
        ...keyByAlias(bucket),
      });
    }
  }
}

/** Reads no backed-up data: the streamer compares segments and the backup looks at earlier manifests. */
function writerPolicy(bucket: PolicyBucket, source: CompiledSource): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      addObjects(bucket, writableKeys(source)),
      readObjects(bucket, historyKeys(source)),
      listKeys(bucket, historyKeys(source)),
      useKey(bucket, ENCRYPT),
    ],
  });
}

function restorerPolicy(buckets: PolicyBucket[], source: CompiledSource): iam.PolicyDocument {
  const keys = [...historyKeys(source), ...dataKeys(source)];
  return new iam.PolicyDocument({
    statements: buckets.flatMap((bucket, i) =>
      [readObjects(bucket, keys), listKeys(bucket, keys), useKey(bucket, DECRYPT)].map(
        (statement) => {
          statement.sid = `${statement.sid}${i === 0 ? 'Here' : 'Elsewhere'}`;
          return statement;
        },
      ),
    ),
  });
}
