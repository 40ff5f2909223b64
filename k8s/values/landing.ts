import { LANDING } from '../../lib/catalog/keys.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { storeUrlOf, usesAws } from '../../lib/plan/store-url.ts';

/** Where a server that writes its backups by itself writes them. */
export interface LandingPlace {
  readonly provider: 's3' | 'gs';
  readonly bucket: string;
  /** Folder of the source in the bucket, without a slash at either end. */
  readonly folder: string;
  /** Host, and port where it is not the usual one. */
  readonly endpoint: string;
  readonly tls: boolean;
  readonly region: string;
  /** Secret with the keys of the bucket, where it is not in AWS. */
  readonly secret: string | undefined;
}

export function landingPlace(compiled: CompiledPlan, source: string): LandingPlace {
  const url = new URL(storeUrlOf(compiled));
  const prefix = url.pathname.replace(/^\/|\/$/g, '');
  const region = url.searchParams.get('region') ?? compiled.regions.primary;
  const endpoint = new URL(
    url.searchParams.get('endpoint') ?? `https://s3.${region}.amazonaws.com`,
  );
  return {
    provider: url.protocol === 'gs:' ? 'gs' : 's3',
    bucket: url.host,
    folder: [prefix, LANDING, source].filter((part) => part !== '').join('/'),
    endpoint: endpoint.host,
    tls: endpoint.protocol === 'https:',
    region,
    secret: usesAws(compiled) ? undefined : compiled.store?.secrets?.writer,
  };
}
