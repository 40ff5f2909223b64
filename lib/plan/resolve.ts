import { retentionColumn, type SourceConfig, sourceSchema } from '../engines/registry.ts';
import { ENVIRONMENT_RETENTION, type Retention } from './environments.ts';
import { isOverridden, mergeSource, written } from './merge.ts';
import type { Plan } from './schema.ts';
import { type Duration, seconds } from './values/duration.ts';
import type { Keep } from './values/retention.ts';

type Environment = Plan['environments'][string];

/** A source as one environment sees it. */
export interface ResolvedSource {
  readonly name: string;
  readonly config: SourceConfig;
  readonly objectives: { readonly rpoSeconds: number; readonly rtoSeconds: number };
  readonly rpo: Duration;
  /** Retention of the environment, for whatever the source leaves open. */
  readonly keep: Keep;
  /** Where a part of this source is written: in the source or in the environment's override. */
  readonly pathOf: (...keys: (string | number)[]) => string;
  /** Where the objectives that hold are written. */
  readonly objectivesPath: string;
}

/** A plan as one environment sees it, overrides and defaults applied. */
export interface ResolvedPlan {
  readonly plan: Plan;
  readonly environment: string;
  readonly settings: Environment;
  readonly regions: Plan['regions'];
  readonly objectives: { readonly rpoSeconds: number; readonly rtoSeconds: number };
  readonly kubernetes: Plan['kubernetes'];
  readonly alerts: Plan['alerts'];
  readonly access: Plan['access'];
  readonly monitoring: Plan['monitoring'];
  readonly retention: Retention;
  readonly sources: readonly ResolvedSource[];
}

/**
 * Undefined where the environment does not exist or has no retention: the form check reports both.
 * @throws ZodError when the overrides do not fit their sources; the form check lets no such plan through
 */
export function resolve(plan: Plan, environment: string): ResolvedPlan | undefined {
  const settings = plan.environments[environment];
  if (!settings) return undefined;
  const retention = retentionOf(environment, settings);
  if (!retention) return undefined;
  return {
    plan,
    environment,
    settings,
    regions: settings.regions ?? plan.regions,
    objectives: inSeconds(settings.objectives ?? plan.objectives),
    kubernetes: { ...plan.kubernetes, ...written(settings.kubernetes ?? {}) },
    alerts: settings.alerts ?? plan.alerts,
    access: settings.access ?? plan.access,
    monitoring: settings.monitoring ?? plan.monitoring,
    retention,
    sources: Object.keys(plan.sources).map((name) =>
      resolveSource(plan, environment, settings, retention, name),
    ),
  };
}

/** Undefined where the environment is not a well-known one and does not name all of its own. */
export function retentionOf(
  environment: string,
  { retention = {} }: Pick<Environment, 'retention'>,
): Retention | undefined {
  const known = ENVIRONMENT_RETENTION[environment];
  const database = retention.database ?? known?.database;
  if (database === undefined) return undefined;
  return {
    database,
    objects: retention.objects ?? known?.objects ?? database,
    logs: retention.logs ?? known?.logs ?? database,
  };
}

function resolveSource(
  plan: Plan,
  environment: string,
  settings: Environment,
  retention: Retention,
  name: string,
): ResolvedSource {
  const override = settings.sources?.[name];
  const own = sourceSchema.parse(mergeSource(plan.sources[name], override));
  const config: SourceConfig = { ...own, verify: { ...plan.verify, ...written(own.verify) } };
  const pathOf = (...keys: (string | number)[]): string => {
    if (isInherited(plan, own, keys)) return keys.join('.');
    const prefix = isOverridden(override, keys)
      ? ['environments', environment, 'sources', name]
      : ['sources', name];
    return [...prefix, ...keys].join('.');
  };
  const [objectives, objectivesPath] = config.objectives
    ? [config.objectives, pathOf('objectives')]
    : settings.objectives
      ? [settings.objectives, `environments.${environment}.objectives`]
      : [plan.objectives, 'objectives'];
  return {
    name,
    config,
    pathOf,
    objectives: inSeconds(objectives),
    rpo: objectives.rpo,
    keep: retention[retentionColumn(config)],
    objectivesPath,
  };
}

/** Whether a part of a source is not written there, but in the plan for all of them. */
function isInherited(
  plan: Plan,
  own: SourceConfig,
  [part, key]: readonly (string | number)[],
): boolean {
  if (part !== 'verify') return false;
  const has = (verify: object): boolean =>
    Object.keys(written({ ...verify })).includes(String(key));
  return has(plan.verify) && !has(own.verify);
}

function inSeconds(objectives: { rpo: Duration; rto: Duration }) {
  return { rpoSeconds: seconds(objectives.rpo), rtoSeconds: seconds(objectives.rto) };
}
