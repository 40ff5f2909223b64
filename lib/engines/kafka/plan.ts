import { z } from 'zod';
import { ADDRESS, withUsualPort } from '../../plan/values/address.ts';
import { fullRowSchema, protectOf, replicationRowSchema } from '../../plan/values/rows.ts';
import { hasRow, rule } from '../../plan/values/rule.ts';
import { selectionSchema } from '../../plan/values/selection.ts';
import { hostSchema, secretNameSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** A cluster, reached by any of its brokers. */
const clusterSchema = z
  .strictObject({
    ...ADDRESS,
    /** Further brokers, asked when `service` does not answer. */
    brokers: z.array(hostSchema).default([]),
    /** Name of the Kubernetes Secret with the keys `username` and `password`. Default: no authentication. */
    credentials: secretNameSchema.optional(),
    /** How the user authenticates. Default with `credentials`: `scram-sha-512`. */
    sasl: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  })
  .refine(
    ({ sasl, credentials }) => sasl === undefined || credentials !== undefined,
    rule(
      'credentials',
      'sasl says how a user authenticates, and none is named; add the Secret with the keys username and password, or remove sasl',
    ),
  )
  .transform(withUsualPort({ plain: 9092, tls: 9093 }))
  .transform((cluster) =>
    cluster.credentials === undefined
      ? cluster
      : { ...cluster, sasl: cluster.sasl ?? ('scram-sha-512' as const) },
  );

const shape = z.strictObject({
  engine: z.literal('kafka'),
  server: clusterSchema,
  /** Topics whose records and configuration are backed up. Those that begin with `__` are Kafka's own, and never are. */
  topics: selectionSchema,
  /** Consumer groups whose offsets are backed up, with the time of the record that each points at. */
  groups: selectionSchema,
  /** The cluster that MirrorMaker 2 copies into. */
  mirror: clusterSchema.optional(),
  protect: protectOf(
    z.discriminatedUnion('kind', [fullRowSchema, replicationRowSchema]),
    "full({ at: '03:00' })",
  ),
  ...SOURCE_PARTS,
});

export const kafkaSourceSchema = shape
  .refine(
    (source) => hasRow(source, 'full') || !hasRow(source, 'replication'),
    rule(
      'protect',
      "a mirrored cluster is no backup: what is deleted or wrong here soon is there; add full({ at: '03:00' })",
    ),
  )
  .refine(
    (source) => source.mirror !== undefined || !hasRow(source, 'replication'),
    rule(
      'mirror',
      "a replication row has no cluster to copy into; name it, such as mirror: { service: 'kafka.dr.example.com' }",
    ),
  )
  .refine(
    ({ server, mirror }) =>
      mirror === undefined || server?.service !== mirror?.service || server?.port !== mirror?.port,
    rule(['mirror', 'service'], 'the cluster would be copied into itself; name another one'),
  );

export const kafkaSettingsSchema = shape.omit(NO_SETTINGS);

export type KafkaSource = z.input<typeof kafkaSourceSchema>;

/** A Kafka cluster: its topics' records and configuration, and its consumer groups' offsets. */
export function kafka(source: Omit<KafkaSource, 'engine'>): KafkaSource {
  return { engine: 'kafka', ...source };
}
