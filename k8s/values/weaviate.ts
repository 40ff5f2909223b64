import type { CompiledPlan, SourceOf } from '../../lib/plan/compiled.ts';
import { type Origin, render } from '../render.ts';
import { type LandingPlace, landingPlace } from './landing.ts';
import { type ServerFiles, withPurpose } from './server-files.ts';

/** The server's module and the kind of bucket have to be of one provider. */
const PROVIDERS = { s3: 's3', gcs: 'gs' } as const;

/** Values for Weaviate's own chart: where the server writes its backups, and as whom. */
export function weaviateFiles(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'weaviate'>,
): ServerFiles {
  const { backend, server } = source.settings;
  const place = landingPlace(compiled, source.name);
  if (PROVIDERS[backend] !== place.provider) return { files: new Map() };
  const values = {
    ...(server.serviceAccount !== undefined && { serviceAccountName: server.serviceAccount }),
    backups: backend === 's3' ? { s3: s3(place) } : { gcs: gcs(place) },
  };
  const name = `${source.name}.weaviate.yaml`;
  const purpose = [
    'Values for the chart weaviate/weaviate, to be given beside your own; elsewhere, these are variables of the',
    `server's environment, and ENABLE_MODULES has to name backup-${backend}.`,
    ...(server.serviceAccount === undefined && place.secret === undefined
      ? [
          'Name its service account in the plan (server.serviceAccount), or nothing lets it write there.',
        ]
      : []),
  ];
  return { files: new Map([[name, withPurpose(render(origin, [values]), purpose)]]) };
}

const s3 = ({ bucket, folder, endpoint, tls, region, secret }: LandingPlace) => ({
  enabled: true,
  envconfig: {
    BACKUP_S3_BUCKET: bucket,
    BACKUP_S3_PATH: folder,
    BACKUP_S3_ENDPOINT: endpoint,
    BACKUP_S3_USE_SSL: tls,
    AWS_REGION: region,
  },
  ...(secret !== undefined && {
    envSecrets: { AWS_ACCESS_KEY_ID: secret, AWS_SECRET_ACCESS_KEY: secret },
  }),
});

const gcs = ({ bucket, folder }: LandingPlace) => ({
  enabled: true,
  envconfig: { BACKUP_GCS_BUCKET: bucket, BACKUP_GCS_PATH: folder },
});
