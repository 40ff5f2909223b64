import * as eks from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CATALOG } from '../catalog/keys.ts';
import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import { type Place, placeOf } from '../plan/deployment/place.ts';
import { locationOf, type Side } from '../storage/location.ts';
import { acknowledge, keyPatterns, OWN_POLICY } from './acknowledge.ts';
import { hasExporter } from './exporter-role.ts';
import { clusterOf, podTrust } from './pod-trust.ts';
import {
  byAlias,
  DECRYPT,
  listPrefixes,
  type PolicyBucket,
  readObjects,
  useKey,
} from './policies.ts';
import { roleName } from './role-names.ts';
import { EXPORTER_SERVICE_ACCOUNT } from './service-accounts.ts';
import { ALL_RECORDS } from './source-keys.ts';

export interface ExporterAccessProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
  /** ARN of the key of this side's bucket. */
  readonly keyArn: string;
}

/**
 * Who tells Prometheus of the backups: reads what was written down about them, of every source, and no backup itself. One
 * role for the exporters of all clusters of a region.
 */
export class ExporterAccess extends Construct {
  constructor(scope: Construct, id: string, { compiled, side, keyArn }: ExporterAccessProps) {
    super(scope, id);
    if (!hasExporter(compiled)) return;
    const bucket: PolicyBucket = { ...byAlias(locationOf(compiled, side)), key: { arn: keyArn } };
    const { namespace } = compiled.kubernetes;
    const account = { namespace, name: EXPORTER_SERVICE_ACCOUNT };
    const places = placesOf(compiled);
    const role = new iam.Role(this, 'Role', {
      roleName: roleName(compiled, compiled.regions[side], 'exporter'),
      description: `tells Prometheus of the backups of ${compiled.plan} ${compiled.environment}`,
      assumedBy: anyOf(places.map((place) => podTrust(compiled, side, account, place))),
      inlinePolicies: { Backups: exporterPolicy(bucket) },
    });
    acknowledge(role, {
      ...OWN_POLICY,
      ...keyPatterns(
        bucket,
        ALL_RECORDS,
        'reads what was written down about every backup: its work',
      ),
    });
    for (const place of places.filter(({ issuers }) => !issuers)) {
      const clusterName = clusterOf(place, side);
      new eks.CfnPodIdentityAssociation(this, `Association-${clusterName}`, {
        clusterName,
        namespace,
        serviceAccount: EXPORTER_SERVICE_ACCOUNT,
        roleArn: role.roleArn,
      });
    }
  }
}

/** Every cluster that has something to watch. */
const placesOf = (compiled: CompiledPlan): Place[] => [
  ...new Set(derivedSources(compiled).map(({ name }) => placeOf(compiled, name))),
];

function anyOf(principals: readonly iam.IPrincipal[]): iam.IPrincipal {
  const [only, ...others] = principals;
  if (!only) throw new TypeError('an exporter that runs nowhere has no role');
  return others.length === 0 ? only : new iam.CompositePrincipal(only, ...others);
}

const exporterPolicy = (bucket: PolicyBucket): iam.PolicyDocument =>
  new iam.PolicyDocument({
    statements: [
      readObjects(bucket, ALL_RECORDS),
      listPrefixes(bucket, [`${CATALOG}/`, ...ALL_RECORDS]),
      useKey(bucket, DECRYPT),
    ],
  });
