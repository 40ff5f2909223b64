import type { z } from 'zod';
import { sourceSchema } from '../engines/registry.ts';
import { BUCKET_NAME_LENGTH, bucketName } from './bucket-name.ts';
import { ENVIRONMENT_RETENTION } from './environments.ts';
import type { Finding } from './findings.ts';
import { issueFindings } from './issues.ts';
import { nearest } from './known-keys.ts';
import { isOverridden, isRecord, mergeSource } from './merge.ts';
import { salvage } from './salvage.ts';
import { type Plan, planSchema } from './schema.ts';

interface Form {
  readonly findings: Finding[];
  /** The plan, or as much of it as has a sound form; undefined when nothing is left to look at. */
  readonly usable: Plan | undefined;
}

type Located = { readonly issue: z.core.$ZodIssue; readonly prefix: readonly string[] };

/** Checks everything about a plan that does not need understanding: keys, types, spellings, references. */
export function checkForm(plan: unknown, environment: string): Form {
  const parsed = planSchema.safeParse(plan);
  const located: Located[] = [
    ...(parsed.success ? [] : parsed.error.issues.map((issue) => ({ issue, prefix: [] }))),
    ...overrideIssues(plan),
  ];
  const findings = located.flatMap(({ issue, prefix }) => issueFindings(plan, issue, prefix));
  const paths = located.flatMap(({ issue, prefix }) => {
    const path = [...prefix, ...issue.path];
    return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  });
  const usable = parsed.success && located.length === 0 ? parsed.data : salvage(plan, paths);
  return { findings: [...findings, ...referenceFindings(plan, environment)], usable };
}

const entriesOf = (value: unknown): [string, unknown][] =>
  isRecord(value) ? Object.entries(value) : [];

/** Overrides are checked merged into their source; what the source itself has wrong is reported there. */
function overrideIssues(plan: unknown): Located[] {
  if (!isRecord(plan) || !isRecord(plan.sources)) return [];
  const { sources } = plan;
  return entriesOf(plan.environments).flatMap(([environment, settings]) =>
    entriesOf(isRecord(settings) ? settings.sources : undefined).flatMap(([source, override]) => {
      if (sources[source] === undefined) return [];
      const merged = sourceIssues(mergeSource(sources[source], override));
      if (merged.length === 0) return [];
      const own = new Set(sourceIssues(sources[source]).map(signature));
      const prefix = ['environments', environment, 'sources', source];
      return merged
        .filter((issue) => overridden(override, issue) || !own.has(signature(issue)))
        .map((issue) => ({ issue, prefix }));
    }),
  );
}

const sourceIssues = (source: unknown): z.core.$ZodIssue[] =>
  sourceSchema.safeParse(source).error?.issues ?? [];

/** Two parts of a source may only contradict each other once it is merged: then no path leads into the override. */
const signature = ({ code, path, message }: z.core.$ZodIssue): string =>
  JSON.stringify([code, path, message]);

function overridden(override: unknown, issue: z.core.$ZodIssue): boolean {
  if (issue.path.length === 0) return false;
  const paths =
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path, key])
      : [issue.path];
  return paths.some((path) => isOverridden(override, path));
}

/** Names that must exist elsewhere, and names that come out too long. */
function referenceFindings(plan: unknown, environment: string): Finding[] {
  if (!isRecord(plan)) return [];
  const environments = entriesOf(plan.environments);
  const sources = entriesOf(plan.sources).map(([name]) => name);
  return [
    ...environments.flatMap(([name, settings]) => [
      ...unknownSources(name, settings, sources),
      ...withoutRetention(name, settings),
      ...longBucketNames(plan, name, settings),
    ]),
    ...unknownEnvironment(
      environment,
      environments.map(([name]) => name),
    ),
  ];
}

function unknownSources(name: string, settings: unknown, sources: readonly string[]): Finding[] {
  return entriesOf(isRecord(settings) ? settings.sources : undefined)
    .filter(([source]) => !sources.includes(source))
    .map(([source, value]) => {
      const meant = nearest(source, sources);
      return {
        code: 'TM008',
        severity: 'error',
        path: `environments.${name}.sources.${source}`,
        message: `the plan has no source ${JSON.stringify(source)} that could be changed`,
        value,
        remedy: `write ${meant ? JSON.stringify(meant) : `one of its sources: ${sources.join(', ')}`}`,
      };
    });
}

function withoutRetention(name: string, settings: unknown): Finding[] {
  if (ENVIRONMENT_RETENTION[name] || !isRecord(settings)) return [];
  if (isRecord(settings.retention) && settings.retention.database !== undefined) return [];
  return [
    {
      code: 'TM009',
      severity: 'error',
      path: `environments.${name}.retention`,
      message: `environment ${JSON.stringify(name)} has no retention for databases: only ${Object.keys(ENVIRONMENT_RETENTION).join(', ')} have defaults`,
      value: settings.retention,
      remedy: "write how long it keeps databases, such as retention: { database: '14d' }",
    },
  ];
}

function longBucketNames(
  plan: Record<string, unknown>,
  name: string,
  settings: unknown,
): Finding[] {
  if (!isRecord(settings) || typeof plan.name !== 'string') return [];
  const { account, replicaAccount } = settings;
  const regions = settings.regions ?? plan.regions;
  if (typeof account !== 'string' || !isRecord(regions)) return [];
  const product = plan.name;
  const ofReplica = typeof replicaAccount === 'string' ? replicaAccount : account;
  return [
    { region: regions.primary, owner: account },
    { region: regions.replica, owner: ofReplica },
  ]
    .flatMap(({ region, owner }) =>
      typeof region === 'string' ? [bucketName(product, name, owner, region)] : [],
    )
    .filter((bucket) => bucket.length > BUCKET_NAME_LENGTH)
    .map((bucket) => ({
      code: 'TM010',
      severity: 'error',
      path: `environments.${name}`,
      message: `the bucket ${bucket} would have ${bucket.length} characters, and S3 allows ${BUCKET_NAME_LENGTH}`,
      value: name,
      remedy: `shorten the name of the plan or of the environment by ${bucket.length - BUCKET_NAME_LENGTH}`,
    }));
}

function unknownEnvironment(environment: string, known: readonly string[]): Finding[] {
  if (known.length === 0 || known.includes(environment)) return [];
  const meant = nearest(environment, known);
  return [
    {
      code: 'TM011',
      severity: 'error',
      path: 'environments',
      message: `the plan has no environment ${JSON.stringify(environment)}`,
      value: environment,
      remedy: `${meant ? `did you mean ${JSON.stringify(meant)}? ` : ''}choose one of: ${known.join(', ')}`,
    },
  ];
}
