import { z } from 'zod';
import { drillSchema } from '../../plan/values/drill.ts';
import { imageRepositorySchema } from '../../plan/values/image.ts';
import { claimSchema, volumeSchema, workloadSchema } from '../../plan/values/kubernetes-names.ts';
import { memorySchema } from '../../plan/values/memory.ts';
import { aofRowSchema, protectOf, snapshotRowSchema } from '../../plan/values/rows.ts';
import { hasRow, rule } from '../../plan/values/rule.ts';
import {
  hostSchema,
  ownerSchema,
  portSchema,
  secretNameSchema,
  tlsSchema,
} from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';
import { redisSetupSchema } from './plan-setup.ts';

/** Majors whose snapshots can be checked and restored. */
export const SERVER_VERSIONS = ['7', '8'] as const;

/** Of a pod in which Redis reads everything back, where the plan says nothing. */
export const RESTORE_MEMORY = '2Gi';

/** Where the server is, and as whom it is reached. */
const serverSchema = z.strictObject({
  /** Host name: a Kubernetes service (`redis.shop`) or a DNS name. */
  service: hostSchema,
  /** Redis has one port, with TLS or without. */
  port: portSchema.default(6379),
  /** Name of the Kubernetes Secret with the key `password`, and `username` where access lists are used. */
  credentials: secretNameSchema.optional(),
  tls: tlsSchema.default('require'),
  /** Major version: a restore needs a program of the same one. */
  version: z.enum(SERVER_VERSIONS).default('7'),
  /** Owner of the data directory in the server's image; a restored directory gets it. */
  uid: ownerSchema.default(999),
  gid: ownerSchema.default(999),
});

/** Where the append-only files are. They are read beside Redis: a copy over the network would be of files that change. */
const appendonlySchema = z.strictObject({
  /** Volume of Redis' pod that holds its data directory; the sidecar mounts it. */
  volume: volumeSchema,
  /** What runs Redis' pod, for the patch that adds the sidecar. Default: the StatefulSet that is called like the service. */
  workload: workloadSchema.optional(),
  /** Redis' `appenddirname`, below its data directory; a directory since 7.0. */
  directory: z
    .string()
    .regex(/^(?!\.)[A-Za-z0-9._-]+$/, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} is not the name of a directory; write Redis' appenddirname without a path, such as 'appendonlydir'`,
    })
    .default('appendonlydir'),
});

const shape = z.strictObject({
  engine: z.literal('redis'),
  server: serverSchema,
  appendonly: appendonlySchema.optional(),
  protect: protectOf(
    z.discriminatedUnion('kind', [snapshotRowSchema, aofRowSchema]),
    "snapshot({ every: '1h' })",
  ),
  ...SOURCE_PARTS,
  /** How the server is told what backups need of it. */
  setup: redisSetupSchema.optional(),
  /** Repository of an image of one's own with this server's programs. Default: the plan's. */
  image: imageRepositorySchema.optional(),
  /** How drills are run in the cluster. */
  drill: drillSchema.optional(),
  /** Where the restore job puts the recovered data directory. */
  restore: z
    .strictObject({
      /** An existing PersistentVolumeClaim, empty, with room for the snapshot. */
      volumeClaim: claimSchema,
      /** Of the restore job's pod: Redis holds everything in it once, to see that it can. */
      memory: memorySchema.default(RESTORE_MEMORY),
    })
    .optional(),
});

export const redisSourceSchema = shape.refine(
  (source) => source.appendonly !== undefined || !hasRow(source, 'aof'),
  rule(
    'appendonly',
    "an aof row has no files to read; name the volume of Redis' pod that holds them: appendonly: { volume: 'data' }",
  ),
);

export const redisSettingsSchema = shape.omit(NO_SETTINGS);

export type RedisSource = z.input<typeof redisSourceSchema>;

/** A Redis server: RDB snapshots over the replication stream, and its append-only file. */
export function redis(source: Omit<RedisSource, 'engine'>): RedisSource {
  return { engine: 'redis', ...source };
}
