import { z } from 'zod';
import { aofRowSchema, protectOf, snapshotRowSchema } from '../../plan/values/rows.ts';
import { hostSchema, portSchema, secretNameSchema, tlsSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** Where the server is, and as whom it is reached. */
const serverSchema = z.strictObject({
  /** Host name: a Kubernetes service (`redis.shop`) or a DNS name. */
  service: hostSchema,
  port: portSchema.default(6379),
  /** Name of the Kubernetes Secret with the key `password`, and `username` where access lists are used. */
  credentials: secretNameSchema.optional(),
  tls: tlsSchema.default('require'),
});

export const redisSourceSchema = z.strictObject({
  engine: z.literal('redis'),
  server: serverSchema,
  protect: protectOf(
    z.discriminatedUnion('kind', [snapshotRowSchema, aofRowSchema]),
    "snapshot({ every: '1h' })",
  ),
  ...SOURCE_PARTS,
});

export const redisSettingsSchema = redisSourceSchema.omit(NO_SETTINGS);

export type RedisSource = z.input<typeof redisSourceSchema>;

/** A Redis server: RDB snapshots over the replication stream, and its append-only file. */
export function redis(source: Omit<RedisSource, 'engine'>): RedisSource {
  return { engine: 'redis', ...source };
}
