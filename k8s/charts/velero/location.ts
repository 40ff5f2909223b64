import type { ClusterSource } from '../../../lib/engines/kubernetes/names.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';

/** Where Velero keeps what it stores, and by which of its plug-ins. */
export interface VeleroLocation {
  readonly plugin: 'aws' | 'gcp';
  readonly bucket: string;
  readonly config: Record<string, string>;
  /** A Secret in Velero's namespace; absent where its pods have a role. */
  readonly credential?: { readonly name: string; readonly key: string };
  /** A Secret in Velero's namespace with what signs the certificate of the endpoint; absent where everybody trusts it. */
  readonly caCertRef?: { readonly name: string; readonly key: string };
  /** Where native snapshots would be; absent where only CSI drivers take some. */
  readonly region?: string;
}

/** The key of the Secret, as Velero's plug-ins and Helm chart call it: a file of credentials. */
const CREDENTIAL_KEY = 'cloud';

/** As in the ConfigMap of the same name that the other pods read. */
const CA_KEY = 'ca.crt';

/** What S3-compatible servers are asked for where nobody has named a region. */
const ANY_REGION = 'us-east-1';

/**
 * In AWS the bucket encrypts by itself, with its own key, and refuses a key that is named by its alias: so no key is named.
 * Elsewhere it is where the plan's store is, in a bucket beside it.
 */
export function veleroLocation(
  { store, buckets, regions }: CompiledPlan,
  { settings: { velero } }: ClusterSource,
): VeleroLocation {
  const bucket = buckets.velero.primary;
  if (!store)
    return { plugin: 'aws', bucket, config: { region: regions.primary }, region: regions.primary };
  const credential = velero.credentials && {
    credential: { name: velero.credentials, key: CREDENTIAL_KEY },
  };
  const url = new URL(store.url);
  if (url.protocol === 'gs:') return { plugin: 'gcp', bucket, config: {}, ...credential };
  const endpoint = url.searchParams.get('endpoint');
  return {
    plugin: 'aws',
    bucket,
    config: {
      region: url.searchParams.get('region') ?? ANY_REGION,
      ...(endpoint !== null && {
        s3Url: endpoint,
        s3ForcePathStyle: 'true',
        // Not every server knows the checksums that the SDK adds by itself.
        checksumAlgorithm: '',
      }),
    },
    ...credential,
    ...(store.ca !== undefined && { caCertRef: { name: store.ca, key: CA_KEY } }),
  };
}
