import { LANDING } from '../../lib/catalog/keys.ts';
import type { CompiledPlan, SourceOf } from '../../lib/plan/compiled.ts';
import { type Origin, render } from '../render.ts';
import { type ServerFiles, withPurpose } from './server-files.ts';

/** Values for Weaviate's own chart: where the server writes its backups, and as whom. */
export function weaviateFiles(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'weaviate'>,
): ServerFiles {
  const { backend, server } = source.settings;
  // Where the server writes to another provider's bucket, the plan does not name it.
  if (backend !== 's3') return { files: new Map() };
  const { primary: region } = compiled.regions;
  const values = {
    ...(server.serviceAccount !== undefined && { serviceAccountName: server.serviceAccount }),
    backups: {
      s3: {
        enabled: true,
        envconfig: {
          BACKUP_S3_BUCKET: compiled.buckets.primary,
          BACKUP_S3_PATH: `${LANDING}/${source.name}`,
          BACKUP_S3_ENDPOINT: `s3.${region}.amazonaws.com`,
          BACKUP_S3_USE_SSL: true,
          AWS_REGION: region,
        },
      },
    },
  };
  const name = `${source.name}.weaviate.yaml`;
  const purpose = [
    'Values for the chart weaviate/weaviate, to be given beside your own; elsewhere, these are variables of the',
    "server's environment, and ENABLE_MODULES has to name backup-s3.",
    ...(server.serviceAccount === undefined
      ? [
          'Name its service account in the plan (server.serviceAccount), or nothing lets it write there.',
        ]
      : []),
  ];
  return { files: new Map([[name, withPurpose(render(origin, [values]), purpose)]]) };
}
