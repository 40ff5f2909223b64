import { Construct } from 'constructs';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { evidenceOf, locationOf, otherSide, type Side } from '../storage/location.ts';
import { acknowledge, keyByAlias, keyPatterns } from './acknowledge.ts';
import { PodRole, type PodRoleProps } from './pod-role.ts';
import { byAlias, type PolicyBucket } from './policies.ts';
import { type RoleUse, roleName } from './role-names.ts';
import {
  backupServiceAccount,
  restoreServiceAccount,
  verifyServiceAccount,
} from './service-accounts.ts';
import { dataKeys, historyKeys, recordKeys, writableKeys } from './source-keys.ts';
import { restorerPolicy, verifierPolicy, writerPolicy } from './source-policies.ts';

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

/** Who may touch the backups of one source from the cluster of one region: one role adds, one reads, one proves, none removes. */
export class SourceAccess extends Construct {
  private readonly props: SourceAccessProps;

  constructor(scope: Construct, id: string, props: SourceAccessProps) {
    super(scope, id);
    this.props = props;
    const { compiled, source, side, keyArn } = props;
    const here: PolicyBucket = {
      ...byAlias(locationOf(compiled, side)),
      ...(keyArn !== undefined && { key: { arn: keyArn } }),
    };
    const elsewhere = byAlias(locationOf(compiled, otherSide(side)));
    const evidence = byAlias(evidenceOf(compiled, side));
    const everyKey = [...historyKeys(source), ...dataKeys(source)];
    const writer = this.role('Writer', 'writer', {
      description: `adds backups of ${source.name}`,
      serviceAccount: backupServiceAccount(source.name),
      policy: writerPolicy(here, source),
    });
    answer(writer, here, [...writableKeys(source), ...historyKeys(source)]);
    const restorer = this.role('Restorer', 'restorer', {
      description: `reads backups of ${source.name}`,
      serviceAccount: restoreServiceAccount(source.name),
      policy: restorerPolicy([here, elsewhere], source),
    });
    answer(restorer, here, everyKey);
    answer(restorer, elsewhere, everyKey);
    const verifier = this.role('Verifier', 'verifier', {
      description: `verifies backups of ${source.name}`,
      serviceAccount: verifyServiceAccount(source.name),
      policy: verifierPolicy(here, evidence, source),
    });
    answer(verifier, here, everyKey);
    answer(verifier, evidence, recordKeys(source));
  }

  private role(
    id: string,
    use: RoleUse,
    props: Pick<PodRoleProps, 'description' | 'serviceAccount' | 'policy'>,
  ): PodRole {
    const { compiled, side, source } = this.props;
    const name = roleName(compiled, compiled.regions[side], use, source.name);
    return new PodRole(this, id, { compiled, side, roleName: name, ...props });
  }
}

const answer = (role: PodRole, bucket: PolicyBucket, keys: readonly string[]): void =>
  acknowledge(role, { ...keyPatterns(bucket, keys, OWN_OBJECTS), ...keyByAlias(bucket) });
