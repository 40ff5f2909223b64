import { LANDING } from '../../lib/catalog/keys.ts';
import type { CompiledPlan, SourceOf } from '../../lib/plan/compiled.ts';
import { type Origin, render } from '../render.ts';
import { type ServerFiles, withPurpose } from './server-files.ts';

/** What a ClickHouse server is told that writes its backups by itself, in the role of its pod. */
export function clickhouseFiles(
  origin: Origin,
  { buckets, regions }: CompiledPlan,
  source: SourceOf<'clickhouse'>,
): ServerFiles {
  const { backup, server } = source.settings;
  if (backup.method !== 'native' || backup.credentials !== undefined) return { files: new Map() };
  const endpoint = `https://${buckets.primary}.s3.${regions.primary}.amazonaws.com/${LANDING}/${source.name}/`;
  const conf = {
    s3: {
      tidemark: { endpoint, region: regions.primary, use_environment_credentials: true },
    },
  };
  const name = `${source.name}.clickhouse.yaml`;
  const purpose = [
    "In the server's config.d: below this address it writes in the role of its pod.",
    ...(server.serviceAccount === undefined
      ? ['Name its service account in the plan (server.serviceAccount), or it has no role.']
      : []),
  ];
  return { files: new Map([[name, withPurpose(render(origin, [conf]), purpose)]]) };
}
