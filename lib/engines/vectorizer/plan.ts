import { z } from 'zod';
import {
  fullRowSchema,
  incrementalRowSchema,
  protectOf,
  replicationRowSchema,
} from '../../plan/values/rows.ts';
import { hasRow, rule } from '../../plan/values/rule.ts';
import { selectionSchema } from '../../plan/values/selection.ts';
import { hostSchema, portSchema, secretNameSchema, tlsSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** Where the REST interface is, and as whom it is reached. */
const serverSchema = z.strictObject({
  /** Host name: a Kubernetes service (`vectorizer.shop`) or a DNS name. */
  service: hostSchema,
  port: portSchema.default(15_002),
  /** Name of the Kubernetes Secret with the key `api-key`. Default: no authentication. */
  credentials: secretNameSchema.optional(),
  tls: tlsSchema.default('require'),
});

const shape = z.strictObject({
  engine: z.literal('vectorizer'),
  server: serverSchema,
  /**
   * Routes that the server has. `v1`: collections are read page by page, with their configuration, because today's
   * `/backups` routes lose it. `legacy`: the archives of `/api/backups`, which servers had before 1.8.6.
   */
  apiVersion: z.enum(['v1', 'legacy']).default('v1'),
  collections: selectionSchema,
  /** The server that replicates from this one. */
  replica: serverSchema.optional(),
  protect: protectOf(
    z.discriminatedUnion('kind', [fullRowSchema, incrementalRowSchema, replicationRowSchema]),
    "full({ at: '03:00' })",
  ),
  ...SOURCE_PARTS,
});

export const vectorizerSourceSchema = shape
  .refine(
    (source) => hasRow(source, 'full') || !hasRow(source, 'replication'),
    rule(
      'protect',
      "a replica is no backup: what is deleted or wrong here soon is there; add full({ at: '03:00' })",
    ),
  )
  .refine(
    (source) => source.replica !== undefined || !hasRow(source, 'replication'),
    rule(
      'replica',
      "a replication row has no replica to look at; name it, such as replica: { service: 'vectorizer-replica.shop' }",
    ),
  )
  .refine(
    ({ server, replica }) =>
      replica === undefined ||
      server?.service !== replica?.service ||
      server?.port !== replica?.port,
    rule(['replica', 'service'], 'the server would be its own replica; name another one'),
  )
  .refine(
    (source) => source.apiVersion !== 'legacy' || !hasRow(source, 'incremental'),
    rule(
      'apiVersion',
      "the archives of the legacy routes do not tell what has changed since the last one; write apiVersion: 'v1', or remove the incremental row",
    ),
  );

export const vectorizerSettingsSchema = shape.omit(NO_SETTINGS);

export type VectorizerSource = z.input<typeof vectorizerSourceSchema>;

/** A Vectorizer server: its collections with their vectors and configuration. */
export function vectorizer(source: Omit<VectorizerSource, 'engine'>): VectorizerSource {
  return { engine: 'vectorizer', ...source };
}
