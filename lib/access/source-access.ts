import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { evidenceOf, locationOf, otherSide, type Side } from '../storage/location.ts';
import { acknowledge, keyByAlias, keyPatterns } from './acknowledge.ts';
import { PodRole } from './pod-role.ts';
import { byAlias, type PolicyBucket } from './policies.ts';
import { roleName } from './role-names.ts';
import { SERVICE_ACCOUNTS } from './service-accounts.ts';
import {
  archivedKeys,
  dataKeys,
  historyKeys,
  parentKeys,
  recordKeys,
  writableKeys,
} from './source-keys.ts';
import { archives, restorerPolicy, verifierPolicy, writerPolicy } from './source-policies.ts';

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
    const thawed = archives(compiled) ? archivedKeys(source) : [];
    const writer = this.role('Writer', 'writer', 'adds', writerPolicy(compiled, here, source));
    answer(writer, here, [...writableKeys(source), ...historyKeys(source), ...parentKeys(source)]);
    const restorer = this.role(
      'Restorer',
      'restorer',
      'reads',
      restorerPolicy(compiled, [here, elsewhere], source),
    );
    answer(restorer, here, [...everyKey, ...thawed]);
    answer(restorer, elsewhere, [...everyKey, ...thawed]);
    const verifier = this.role(
      'Verifier',
      'verifier',
      'verifies',
      verifierPolicy(here, evidence, source),
    );
    answer(verifier, here, everyKey);
    answer(verifier, evidence, recordKeys(source));
  }

  private role(
    id: string,
    use: keyof typeof SERVICE_ACCOUNTS,
    does: string,
    policy: PolicyDocument,
  ): PodRole {
    const { compiled, side, source } = this.props;
    return new PodRole(this, id, {
      compiled,
      side,
      source: source.name,
      roleName: roleName(compiled, compiled.regions[side], use, source.name),
      description: `${does} backups of ${source.name}`,
      serviceAccount: SERVICE_ACCOUNTS[use](source.name),
      policy,
    });
  }
}

const answer = (role: PodRole, bucket: PolicyBucket, keys: readonly string[]): void =>
  acknowledge(role, { ...keyPatterns(bucket, keys, OWN_OBJECTS), ...keyByAlias(bucket) });
