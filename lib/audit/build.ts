import { createHash } from 'node:crypto';
import { accountOf, isCrossAccount } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Finding } from '../plan/findings.ts';
import { usesAws } from '../plan/store-url.ts';
import { VERSION } from '../version.ts';
import { assignWorkloads } from './assignments.ts';
import { auditAwsBackup } from './aws-backup/rows.ts';
import type { Breach } from './breach.ts';
import { bucketRows } from './buckets/rows.ts';
import { checkPromises } from './check.ts';
import { controls } from './controls/controls.ts';
import { costsOf, type KnownSizes } from './costs/costs.ts';
import { losses } from './costs/losses.ts';
import { withDrift } from './drift.ts';
import { retentionMatrix } from './matrix.ts';
import type { Audit } from './model.ts';
import { alertsOf, type Newest, objectivesOf, verificationOf } from './overview.ts';
import { readEnvironment, type Synthesised } from './read/environment.ts';
import { readOnce } from './read/read-once.ts';
import { unmet } from './unmet.ts';

export interface AuditInput extends Synthesised {
  readonly compiled: CompiledPlan;
  readonly findings: readonly Finding[];
  /** What the plan derives today; undefined = the lines are not compared, only what they mean. */
  readonly fresh: Synthesised | undefined;
  /** On record, newest first. */
  readonly drills: Audit['drills'];
  /** The last verification on record of each source. */
  readonly verified?: ReadonlyMap<string, Newest>;
  /** How large sources are, where the plan does not say it. */
  readonly sizes?: KnownSizes;
}

const NO_SIZES: KnownSizes = { given: new Map(), measured: new Map() };

/** What the files of an environment promise, beside what its plan promises. Pure: reads nothing but its input. */
export function buildAudit(input: AuditInput): Audit {
  const { compiled, findings, fresh, drills } = input;
  const readers = readOnce();
  const facts = readEnvironment(input, compiled, readers);
  const derived = fresh && readEnvironment(fresh, compiled, readers);
  const assignments = assignWorkloads(compiled, facts.workloads, facts.velero);
  const breaches = checkPromises(facts, derived, assignments, compiled);
  const found = [...input.templates, ...input.manifests];
  const resources = [...facts.templates, ...facts.manifests];
  const problems = fresh
    ? withDrift(breaches, found, [...fresh.templates, ...fresh.manifests], resources)
    : breaches;
  const retention = retentionMatrix(facts, assignments, breaches, compiled, findings);
  const audit: Omit<Audit, 'problems'> = {
    format: 1,
    tool: `tidemark ${VERSION}`,
    plan: compiled.plan,
    title: compiled.title,
    environment: compiled.environment,
    account: compiled.account,
    ...(isCrossAccount(compiled) && { replicaAccount: accountOf(compiled, 'replica') }),
    regions: compiled.regions,
    ...(compiled.store && { store: placeOf(compiled.store) }),
    files: found.map(({ file, text }) => ({
      file,
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
    retention,
    retired: compiled.retired.map(({ name }) => name),
    buckets: bucketRows(facts, compiled),
    awsBackup: auditAwsBackup(compiled, facts.templates, facts.copies).rows,
    objectives: objectivesOf(compiled, retention, drills),
    alerts: alertsOf(facts, compiled),
    verification: verificationOf(facts, compiled, input.verified ?? new Map()),
    drills,
    findings: findings.map(({ code, severity, path, source, message, remedy, reason }) => ({
      code,
      severity,
      path,
      source: source ?? null,
      message,
      remedy,
      reason: reason ?? null,
    })),
    controls: controls({ compiled, facts, assignments, retention, drills }),
    // The prices are those of AWS.
    costs: usesAws(compiled)
      ? costsOf(compiled, retention, facts.templates, input.sizes ?? NO_SIZES)
      : null,
  };
  return { ...audit, problems: [...problems.map(problemOf), ...unmet(audit), ...losses(audit)] };
}

const placeOf = ({ url, replica }: NonNullable<CompiledPlan['store']>): Audit['store'] => ({
  url,
  ...(replica !== undefined && { replica }),
});

const problemOf = ({ place, message, remedy }: Breach): Audit['problems'][number] => ({
  place,
  message,
  remedy,
});
