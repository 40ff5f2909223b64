import { z } from 'zod';
import type { Kind } from '../plan/values/rows.ts';
import { clickhouseSettingsSchema, clickhouseSourceSchema } from './clickhouse/plan.ts';
import { commandSettingsSchema, commandSourceSchema } from './command/plan.ts';
import { configurationSettingsSchema, configurationSourceSchema } from './configuration/plan.ts';
import { kafkaSettingsSchema, kafkaSourceSchema } from './kafka/plan.ts';
import { kubernetesSettingsSchema, kubernetesSourceSchema } from './kubernetes/plan.ts';
import { mongodbSettingsSchema, mongodbSourceSchema } from './mongodb/plan.ts';
import { objectsSettingsSchema, objectsSourceSchema } from './objects/plan.ts';
import { postgresqlSettingsSchema, postgresqlSourceSchema } from './postgresql/plan.ts';
import { redisSettingsSchema, redisSourceSchema } from './redis/plan.ts';
import { secretsSettingsSchema, secretsSourceSchema } from './secrets/plan.ts';
import { vectorizerSettingsSchema, vectorizerSourceSchema } from './vectorizer/plan.ts';
import { weaviateSettingsSchema, weaviateSourceSchema } from './weaviate/plan.ts';

/** Every engine's source schema. Adding an engine is one folder and a line in each list of this file. */
export const sourceSchema = z.discriminatedUnion('engine', [
  postgresqlSourceSchema,
  redisSourceSchema,
  mongodbSourceSchema,
  clickhouseSourceSchema,
  kafkaSourceSchema,
  weaviateSourceSchema,
  vectorizerSourceSchema,
  objectsSourceSchema,
  kubernetesSourceSchema,
  configurationSourceSchema,
  secretsSourceSchema,
  commandSourceSchema,
]);
export type SourceInput = z.input<typeof sourceSchema>;
export type SourceConfig = z.output<typeof sourceSchema>;
export type EngineName = SourceConfig['engine'];

/** The kinds of rows that jobs are derived from in this release. */
const DERIVED = {
  postgresql: ['wal', 'full', 'incremental', 'logical'],
  redis: ['snapshot', 'aof'],
} as const satisfies Partial<Record<EngineName, readonly Kind[]>>;

/** Engines that this release takes backups of. */
export type DerivedEngine = keyof typeof DERIVED;

export const isDerivedEngine = (engine: EngineName): engine is DerivedEngine => engine in DERIVED;

/** Kinds of rows that another program takes, which the manifests tell what to do. */
const DELEGATED: Partial<
  Record<EngineName, { readonly to: 'velero'; readonly kinds: readonly Kind[] }>
> = { kubernetes: { to: 'velero', kinds: ['full'] } };

export const isDerivedKind = (engine: EngineName, kind: Kind): boolean =>
  (isDerivedEngine(engine) && (DERIVED[engine] as readonly Kind[]).includes(kind)) ||
  (DELEGATED[engine]?.kinds.includes(kind) ?? false);

/** The program that takes these backups in place of Tidemark's; undefined where Tidemark does. */
export const delegatedTo = (engine: EngineName): 'velero' | undefined => DELEGATED[engine]?.to;

/** Which column of an environment's retention holds for what a source names no retention for. */
export const retentionColumn = (source: SourceConfig): 'database' | 'objects' | 'logs' =>
  source.engine === 'objects' ? source.holds : 'database';

/** Compiled sources of every engine: what all have, and each engine's settings. */
export function compiledSourceUnion<C extends z.core.$ZodLooseShape>(common: C) {
  const of = <N extends EngineName, S extends z.ZodType>(engine: N, settings: S) =>
    z.strictObject({ ...common, engine: z.literal(engine), settings });
  return z.discriminatedUnion('engine', [
    of('postgresql', postgresqlSettingsSchema),
    of('redis', redisSettingsSchema),
    of('mongodb', mongodbSettingsSchema),
    of('clickhouse', clickhouseSettingsSchema),
    of('kafka', kafkaSettingsSchema),
    of('weaviate', weaviateSettingsSchema),
    of('vectorizer', vectorizerSettingsSchema),
    of('objects', objectsSettingsSchema),
    of('kubernetes', kubernetesSettingsSchema),
    of('configuration', configurationSettingsSchema),
    of('secrets', secretsSettingsSchema),
    of('command', commandSettingsSchema),
  ]);
}

/** Parts of a source that an environment may replace: rows and objectives as a whole, the others key by key. */
type OverrideOf<S> = S extends { engine: string }
  ? {
      [K in Exclude<keyof S, 'engine'>]?: K extends 'protect' | 'objectives'
        ? S[K]
        : Partial<NonNullable<S[K]>>;
    }
  : never;
export type SourceOverride = OverrideOf<SourceInput>;

/** Each engine's words of the plan language. */
export { type ClickhouseSource, clickhouse } from './clickhouse/plan.ts';
export { type CommandSource, command } from './command/plan.ts';
export { type ConfigurationSource, configuration } from './configuration/plan.ts';
export { type KafkaSource, kafka } from './kafka/plan.ts';
export { type KubernetesSource, kubernetes } from './kubernetes/plan.ts';
export { type MongodbSource, mongodb } from './mongodb/plan.ts';
export { type ObjectsSource, objects } from './objects/plan.ts';
export { type PostgresqlSource, postgresql } from './postgresql/plan.ts';
export { type RedisSource, redis } from './redis/plan.ts';
export { type SecretsSource, secrets } from './secrets/plan.ts';
export { type VectorizerSource, vectorizer } from './vectorizer/plan.ts';
export { type WeaviateSource, weaviate } from './weaviate/plan.ts';
