import { z } from 'zod';
import type { Kind } from '../plan/values/rows.ts';
import { postgresqlSettingsSchema, postgresqlSourceSchema } from './postgresql/plan.ts';
import { redisSettingsSchema, redisSourceSchema } from './redis/plan.ts';

/** Every engine's source schema. Adding an engine is one folder and a line in each list of this file. */
export const sourceSchema = z.discriminatedUnion('engine', [
  postgresqlSourceSchema,
  redisSourceSchema,
]);
export type SourceInput = z.input<typeof sourceSchema>;
export type SourceConfig = z.output<typeof sourceSchema>;
export type EngineName = SourceConfig['engine'];

/** The kinds of rows that jobs are derived from in this release. */
const DERIVED = {
  postgresql: ['wal', 'full'],
} as const satisfies Partial<Record<EngineName, readonly Kind[]>>;

/** Engines that this release takes backups of. */
export type DerivedEngine = keyof typeof DERIVED;

export const isDerivedEngine = (engine: EngineName): engine is DerivedEngine => engine in DERIVED;

export const isDerivedKind = (engine: EngineName, kind: Kind): boolean =>
  isDerivedEngine(engine) && (DERIVED[engine] as readonly Kind[]).includes(kind);

/** Which column of an environment's retention holds for what a source names no retention for. */
export const retentionColumn = (_source: SourceConfig): 'database' | 'objects' | 'logs' =>
  'database';

/** Compiled sources of every engine: what all have, and each engine's settings. */
export function compiledSourceUnion<C extends z.core.$ZodLooseShape>(common: C) {
  const of = <N extends EngineName, S extends z.ZodType>(engine: N, settings: S) =>
    z.strictObject({ ...common, engine: z.literal(engine), settings });
  return z.discriminatedUnion('engine', [
    of('postgresql', postgresqlSettingsSchema),
    of('redis', redisSettingsSchema),
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
export { type PostgresqlSource, postgresql } from './postgresql/plan.ts';
export { type RedisSource, redis } from './redis/plan.ts';
