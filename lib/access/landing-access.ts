import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { LANDING } from '../catalog/keys.ts';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { type LandingSettings, writesInItsRole } from '../plan/landing.ts';
import { namespaceOfHost } from '../plan/values/server-namespace.ts';
import { locationOf, type Side } from '../storage/location.ts';
import { acknowledge, keyByAlias, keyPatterns } from './acknowledge.ts';
import { PodRole } from './pod-role.ts';
import {
  addObjects,
  byAlias,
  ENCRYPT,
  listPrefixes,
  type PolicyBucket,
  readObjects,
  useKey,
} from './policies.ts';
import { roleArn, roleArnPatterns, roleName } from './role-names.ts';

/** A service account whose pods write backups into the bucket by themselves. It has one role, whatever they hold. */
export interface LandingServer {
  /** Of the source or sources that are on it. */
  readonly sources: readonly string[];
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** More of them than this are named by a pattern: a bucket policy holds 20 KB. */
const NAMED_SERVERS = 20;

/** Servers of the plan that say as whom they write; others write nothing. */
export function landingServers({ sources, kubernetes }: CompiledPlan): LandingServer[] {
  const all = sources.flatMap((source) => {
    const server = writesByItself(source);
    const namespace = server && namespaceOfHost(server.service, kubernetes.namespace);
    if (namespace === undefined || server?.serviceAccount === undefined) return [];
    return [{ source: source.name, namespace, serviceAccount: server.serviceAccount }];
  });
  return [...Map.groupBy(all, landingName).values()].flatMap((same) => {
    const [{ namespace, serviceAccount } = {}] = same;
    if (namespace === undefined || serviceAccount === undefined) return [];
    return [{ namespace, serviceAccount, sources: same.map(({ source }) => source) }];
  });
}

/** No namespace has a dot in it. */
export const landingName = ({
  namespace,
  serviceAccount,
}: Omit<LandingServer, 'sources'>): string => `${namespace}.${serviceAccount}`;

function writesByItself(
  source: CompiledSource,
): { readonly service: string; readonly serviceAccount?: string | undefined } | undefined {
  if (source.engine !== 'clickhouse' && source.engine !== 'weaviate') return undefined;
  const settings: LandingSettings =
    source.engine === 'clickhouse'
      ? { engine: 'clickhouse', ...source.settings }
      : { engine: 'weaviate', ...source.settings };
  return writesInItsRole(settings) ? settings.server : undefined;
}

/** ARNs of their roles, or patterns where they are many. They need not exist yet. */
export function landingRoles(compiled: CompiledPlan, side: Side): string[] {
  const region = compiled.regions[side];
  const names = landingServers(compiled).map(landingName);
  return names.length > NAMED_SERVERS
    ? roleArnPatterns(compiled, region, 'landing', names)
    : names.map((name) => roleArn(compiled, region, 'landing', name));
}

export interface LandingAccessProps {
  readonly compiled: CompiledPlan;
  readonly server: LandingServer;
  readonly side: Side;
}

const OWN_FOLDER =
  'the folder of a source, in which its server writes what it is asked to restore later: which files a backup has is its own matter';

/**
 * What a server needs that writes and restores its backups by itself, as ClickHouse and Weaviate do: one folder, in which it
 * may also remove what it wrote. Both put a file there to see whether they can, or to keep others out, and take it away.
 * A removal only hides; versions stay.
 */
export class LandingAccess extends Construct {
  constructor(scope: Construct, id: string, { compiled, server, side }: LandingAccessProps) {
    super(scope, id);
    const bucket: PolicyBucket = byAlias(locationOf(compiled, side));
    const { sources, namespace, serviceAccount } = server;
    const keys = sources.map((source) => `${LANDING}/${source}/*`);
    const role = new PodRole(this, 'Server', {
      compiled,
      side,
      roleName: roleName(compiled, compiled.regions[side], 'landing', landingName(server)),
      description: `writes backups of ${sources.join(', ')} by itself`,
      serviceAccount,
      namespace,
      // Those of one server are in one cluster.
      ...(sources[0] !== undefined && { source: sources[0] }),
      policy: landingPolicy(bucket, keys),
    });
    acknowledge(role, { ...keyPatterns(bucket, keys, OWN_FOLDER), ...keyByAlias(bucket) });
  }
}

const landingPolicy = (bucket: PolicyBucket, keys: string[]): iam.PolicyDocument =>
  new iam.PolicyDocument({
    statements: [
      addObjects(bucket, keys),
      readObjects(bucket, keys),
      new iam.PolicyStatement({
        sid: 'Hide',
        actions: ['s3:DeleteObject'],
        resources: keys.map((key) => `${bucket.bucketArn}/${key}`),
      }),
      listPrefixes(bucket, keys),
      useKey(bucket, ENCRYPT),
    ],
  });
