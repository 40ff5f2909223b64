import { Stack } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import { roleArn } from '../access/role-names.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { EventAlert, type EventDestination } from './event-alert.ts';
import type { RunbookSection } from './runbook.ts';
import {
  backupsDeleted,
  bucketChanged,
  keyChanged,
  keyDisabled,
  roleAssumed,
} from './tamper-patterns.ts';

export interface TamperingProps extends EventDestination {
  readonly compiled: CompiledPlan;
}

type Fields = Readonly<Record<string, string>>;

const CALLER: Fields = {
  by: '$.detail.userIdentity.arn',
  from: '$.detail.sourceIPAddress',
  at: '$.detail.eventTime',
};

/**
 * What an intruder does before the ransom note: to every key and every bucket that its stack has when this is made, so
 * make it last. A deployment that changes one of them rings as well: a stolen role of a pipeline looks just like it.
 */
export class Tampering extends Construct {
  constructor(scope: Construct, id: string, props: TamperingProps) {
    super(scope, id);
    const { compiled } = props;
    const here = Stack.of(this).region;
    const resources: IConstruct[] = Stack.of(this).node.findAll();
    const keys = resources
      .filter((one) => one instanceof Key)
      .flatMap(({ keyId, keyArn }) => [keyId, keyArn]);
    const aliases = resources.filter((one) => one instanceof Alias).map((one) => one.aliasName);
    const buckets = resources.filter((one) => one instanceof Bucket).map((one) => one.bucketName);
    const breakGlass = Object.values(compiled.regions).map((region) =>
      roleArn(compiled, region, 'break-glass'),
    );
    const tell = (
      section: RunbookSection,
      description: string,
      pattern: EventPattern,
      fields: Fields,
    ): void => {
      new EventAlert(this, section, {
        ...props,
        subject: here,
        section,
        severity: 'critical',
        description,
        pattern,
        fields,
      });
    };
    tell(
      'key-disabled',
      'somebody disables a key or schedules its deletion: without it no backup can be read',
      keyDisabled(keys),
      { call: '$.detail.eventName', key: '$.detail.requestParameters.keyId', ...CALLER },
    );
    tell(
      'key-changed',
      'somebody changes who may use a key, or which key is used',
      keyChanged(keys, aliases),
      {
        call: '$.detail.eventName',
        key: '$.detail.requestParameters.keyId',
        alias: '$.detail.requestParameters.aliasName',
        ...CALLER,
      },
    );
    tell(
      'bucket-changed',
      'somebody changes how a bucket protects backups',
      bucketChanged(buckets),
      { call: '$.detail.eventName', bucket: '$.detail.requestParameters.bucketName', ...CALLER },
    );
    tell(
      'backups-deleted',
      'somebody deletes or hides stored objects before their time',
      backupsDeleted(buckets),
      {
        how: '$.detail.deletion-type',
        bucket: '$.detail.bucket.name',
        object: '$.detail.object.key',
        by: '$.detail.requester',
        from: '$.detail.source-ip-address',
      },
    );
    tell(
      'break-glass-used',
      'somebody assumes the break-glass role, or tries to',
      roleAssumed(breakGlass),
      {
        role: '$.detail.requestParameters.roleArn',
        refused: '$.detail.errorCode',
        ...CALLER,
      },
    );
  }
}
