import type { SourceOf } from '../../lib/plan/compiled.ts';
import type { Origin } from '../render.ts';
import { heading, type ServerFiles } from './server-files.ts';

type Source = SourceOf<'objects'>;

/** What MinIO is told with its own client: to keep versions, and to copy into the mirror without copying deletions. */
export function objectsFiles(origin: Origin, source: Source): ServerFiles {
  const { origin: bucket, mirror, versioning } = source.settings;
  if (bucket.kind !== 'minio' || !versioning) return { files: new Map() };
  const script = [
    'set -eu',
    ...alias('origin', bucket.endpoint),
    `mc version enable origin/${bucket.bucket}`,
    ...(mirror && isMirrored(source) ? copies(bucket.bucket, bucket.prefix, mirror) : []),
  ];
  const name = `${source.name}.minio.sh`;
  const text = `${heading(origin, 'sh', [
    `Run once with MinIO's client (mc); ORIGIN_ACCESS_KEY and ORIGIN_SECRET_KEY are those of the Secret ${bucket.credentials}${mirrorSecret(source)}.`,
  ])}${script.join('\n')}\n`;
  return { files: new Map([[name, text]]) };
}

const isMirrored = ({ protections }: Source): boolean =>
  protections.some(({ kind }) => kind === 'replication');

const mirrorSecret = (source: Source): string => {
  const { mirror } = source.settings;
  return mirror && isMirrored(source)
    ? `,\n# MIRROR_ACCESS_KEY and MIRROR_SECRET_KEY those of ${mirror.credentials}`
    : '';
};

/** Keys are read from the input: arguments of a program are seen by everybody on its machine. */
const alias = (name: string, endpoint: string): string[] => {
  const prefix = name.toUpperCase();
  return [
    `printf '%s\\n%s\\n' "$${prefix}_ACCESS_KEY" "$${prefix}_SECRET_KEY" | mc alias set ${name} ${endpoint} --api S3v4`,
  ];
};

function copies(
  bucket: string,
  prefix: string | undefined,
  mirror: NonNullable<Source['settings']['mirror']>,
): string[] {
  const endpoint = mirror.endpoint ?? `https://s3.${mirror.region}.amazonaws.com`;
  const target = `mirror/${mirror.bucket}`;
  const common = [...alias('mirror', endpoint), `mc version enable ${target}`];
  return mirror.endpoint === undefined
    ? [
        ...common,
        '# MinIO replicates to MinIO alone. To S3 its client copies, for as long as it runs; what is deleted stays there.',
        `exec mc mirror --watch --retry origin/${bucket}/${prefix ?? ''} ${target}/${prefix ?? ''}`,
      ]
    : [
        ...common,
        '# Without "delete": a copy that repeats deletions is no backup.',
        `mc replicate add origin/${bucket}/${prefix ?? ''} --remote-bucket ${target} --replicate existing-objects,delete-marker,metadata-sync --id tidemark --priority 1`,
      ];
}
