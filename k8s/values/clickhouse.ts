import type { CompiledPlan, SourceOf } from '../../lib/plan/compiled.ts';
import { type Origin, render } from '../render.ts';
import { landingPlace } from './landing.ts';
import { type ServerFiles, withPurpose } from './server-files.ts';

/** What a ClickHouse server is told that writes its backups by itself, in the role of its pod. */
export function clickhouseFiles(
  origin: Origin,
  compiled: CompiledPlan,
  source: SourceOf<'clickhouse'>,
): ServerFiles {
  const { backup, server } = source.settings;
  const place = landingPlace(compiled, source.name);
  const writes = backup.method === 'native' && backup.credentials === undefined;
  if (!writes || place.provider !== 's3') return { files: new Map() };
  const scheme = place.tls ? 'https' : 'http';
  const conf = {
    s3: {
      tidemark: {
        endpoint: `${scheme}://${place.endpoint}/${place.bucket}/${place.folder}/`,
        region: place.region,
        use_environment_credentials: true,
      },
    },
  };
  const name = `${source.name}.clickhouse.yaml`;
  const purpose = [
    place.secret === undefined
      ? "In the server's config.d: below this address it writes in the role of its pod."
      : `In the server's config.d: below this address it writes with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of its environment, from the Secret ${place.secret}.`,
    ...(server.serviceAccount === undefined && place.secret === undefined
      ? ['Name its service account in the plan (server.serviceAccount), or it has no role.']
      : []),
  ];
  return { files: new Map([[name, withPurpose(render(origin, [conf]), purpose)]]) };
}
