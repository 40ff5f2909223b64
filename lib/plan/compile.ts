import { accountOf, isCrossAccount } from './account.ts';
import { compileAwsBackup, resolveAwsBackup } from './aws-backup/resolve.ts';
import { type BesideBackups, bucketName, bucketNameBeside } from './bucket-name.ts';
import { type CompiledPlan, type CompiledSource, compiledSourceSchema } from './compiled.ts';
import { compileDeployment, compiledPlace } from './deployment/compiled.ts';
import { applyExemptions, idleExemptions } from './exemptions.ts';
import type { Finding } from './findings.ts';
import { checkForm } from './form.ts';
import { compiledMonitoring } from './monitoring.ts';
import { keepsVersions } from './proof/continuous.ts';
import { type Guarantee, prove } from './proof.ts';
import { compileRow, isStored, type ResolvedRow, resolveRows } from './protections.ts';
import { type ResolvedPlan, type ResolvedSource, resolve } from './resolve.ts';
import { checkRules } from './rules/rules.ts';
import type { Plan } from './schema.ts';
import { withoutSecrets } from './secrets.ts';
import { compiledStore, storeBucket } from './store.ts';
import { CADENCE_SCHEDULES, type Cadence } from './values/cadence.ts';
import { seconds } from './values/duration.ts';
import { parseRetentionClass, retentionClass } from './values/retention.ts';
import type { Schedule } from './values/schedule.ts';
import { sourceBytes } from './values/size.ts';

/** A source of one environment with its rows worked out: what rules look at. */
export interface CheckedSource extends ResolvedSource, Guarantee {
  readonly rows: readonly ResolvedRow[];
}

export interface CheckedPlan extends ResolvedPlan {
  readonly sources: readonly CheckedSource[];
}

interface Compilation {
  /** Undefined exactly when a finding is an error. */
  readonly compiled: CompiledPlan | undefined;
  readonly findings: Finding[];
}

/**
 * Checks a plan as it was loaded and works it out for one environment. Reports everything that is wrong at once: its
 * form, and the meaning of every part whose form is sound. Never throws for a wrong plan.
 */
export function compile(plan: unknown, environment: string): Compilation {
  const form = checkForm(plan, environment);
  const checked = form.usable && checkedPlan(form.usable, environment);
  const wrong = new Set(form.findings.map(({ path }) => path.split('.')[0]));
  // A part whose form is wrong has a stand-in, about which there is nothing to say.
  const rules = checked ? checkRules(checked).filter(({ path }) => !isStandIn(path, wrong)) : [];
  const findings = withoutSecrets(plan, [
    ...form.findings,
    ...accept(rules, checked, form.findings.length === 0),
  ]);
  const failed = findings.some(({ severity }) => severity === 'error');
  return { compiled: failed || !checked ? undefined : compiledPlan(checked), findings };
}

function isStandIn(path: string, wrong: ReadonlySet<string | undefined>): boolean {
  const [part] = path.split('.');
  return part !== 'sources' && part !== 'environments' && wrong.has(part);
}

/** Applies the plan's exemptions. Which of them match nothing is only known of a plan that is whole. */
function accept(
  findings: readonly Finding[],
  checked: CheckedPlan | undefined,
  whole: boolean,
): Finding[] {
  if (!checked) return [];
  const { plan, environment } = checked;
  const accepted = applyExemptions(plan.exemptions, findings);
  const idle = whole ? idleExemptions(plan.exemptions, findings) : [];
  if (idle.length === 0) return accepted;
  const elsewhere = Object.keys(plan.environments)
    .filter((name) => name !== environment)
    .flatMap((name) => {
      const other = checkedPlan(plan, name);
      return other ? checkRules(other) : [];
    });
  const everywhere = idleExemptions(plan.exemptions, [...findings, ...elsewhere]);
  return [...accepted, ...everywhere];
}

function checkedPlan(plan: Plan, environment: string): CheckedPlan | undefined {
  const resolved = resolve(plan, environment);
  if (!resolved) return undefined;
  return {
    ...resolved,
    sources: resolved.sources.map((source) => {
      const rows = resolveRows(resolved, source);
      return { ...source, rows, ...prove(rows, plan.weekStartsOn, keepsVersions(source.config)) };
    }),
  };
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

function compiledPlan(checked: CheckedPlan): CompiledPlan {
  const { plan, environment, settings, regions, kubernetes } = checked;
  const bucket = (side: 'primary' | 'replica'): string =>
    storeBucket(settings.store, side) ??
    bucketName(plan.name, environment, accountOf(settings, side), regions[side]);
  const backups = { primary: bucket('primary'), replica: bucket('replica') };
  const beside = (purpose: BesideBackups): typeof backups => ({
    primary: bucketNameBeside(backups.primary, purpose),
    replica: bucketNameBeside(backups.replica, purpose),
  });
  const awsBackup = resolveAwsBackup(checked);
  const place = compiledPlace(kubernetes);
  const classes = new Map(
    checked.sources
      .flatMap(({ rows }) => rows.filter(isStored).flatMap(({ tiers }) => tiers))
      .map((tier) => tier.class)
      .map((retention) => [retention.name, retention]),
  );
  return {
    format: 1,
    plan: plan.name,
    title: plan.title ?? null,
    environment,
    account: settings.account,
    ...(isCrossAccount(settings) && { replicaAccount: accountOf(settings, 'replica') }),
    regions,
    buckets: { ...backups, evidence: beside('evidence'), velero: beside('velero') },
    ...compiledStore(settings.store),
    weekStartsOn: plan.weekStartsOn,
    objectives: checked.objectives,
    lock: settings.lock ?? null,
    classes: [...classes.values()].sort(byName),
    retired: [...new Set(plan.retired)]
      .filter((name) => !classes.has(name))
      .map(parseRetentionClass)
      .sort(byName),
    kubernetes: {
      namespace: kubernetes.namespace,
      cluster: place.cluster,
      replicaCluster: place.replicaCluster,
      image: kubernetes.image,
      ...(place.issuers && { issuers: place.issuers }),
      ...compileDeployment(kubernetes),
    },
    ...compiledAccess(checked),
    alerts: compiledAlerts(checked.alerts),
    recovery: compiledRecovery(plan.recovery, checked.objectives),
    logDays: retentionClass(checked.retention.logs).days,
    sources: checked.sources.map(compiledSource),
    ...(awsBackup && { awsBackup: compileAwsBackup(checked, awsBackup) }),
    ...compiledMonitoring(checked.monitoring),
  };
}

function compiledSource({ name, config, objectives, rows, proof }: CheckedSource): CompiledSource {
  const { engine, protect: _rows, verify, objectives: _objectives, size, ...settings } = config;
  return compiledSourceSchema.parse({
    name,
    engine,
    settings,
    objectives,
    protections: rows.map(compileRow),
    verify: {
      exists: scheduleOf(verify.exists),
      size: scheduleOf(verify.size),
      checksums: scheduleOf(verify.checksums),
      restore: scheduleOf(verify.restore),
      fullRestore: scheduleOf(verify.fullRestore),
    },
    proof,
    ...(size && { size: sourceBytes(size) }),
  });
}

function compiledAccess({ access, settings }: CheckedPlan): Pick<CompiledPlan, 'breakGlass'> {
  const { breakGlass } = access;
  if (!breakGlass) return {};
  return {
    breakGlass: {
      principals: [...new Set(breakGlass.principals)].sort(),
      bypassGovernance: breakGlass.bypassGovernance && settings.lock === 'governance',
    },
  };
}

function compiledAlerts(alerts: Plan['alerts']): CompiledPlan['alerts'] {
  const { email, slack, https, failed, missing, tooSmall, verificationFailed } = alerts;
  return {
    email,
    ...(slack && { slack }),
    ...(https && { https }),
    failed: {
      severity: failed.severity,
      forSeconds: failed.for === undefined ? 0 : seconds(failed.for),
    },
    missing: {
      severity: missing.severity,
      afterSeconds: missing.after === undefined ? null : seconds(missing.after),
    },
    tooSmall: { severity: tooSmall.severity, below: Number.parseInt(tooSmall.below, 10) / 100 },
    verificationFailed,
  };
}

function compiledRecovery(
  { severities, phases, operators }: Plan['recovery'],
  { rtoSeconds }: CheckedPlan['objectives'],
): CompiledPlan['recovery'] {
  return {
    severities: severities.map(({ rto, ...rest }) => ({
      ...rest,
      rtoSeconds: rto === undefined ? rtoSeconds : seconds(rto),
    })),
    phases: phases.map(({ within, ...rest }) => ({
      ...rest,
      withinSeconds: within === undefined ? null : seconds(within),
    })),
    ...(operators && { operators }),
  };
}

const scheduleOf = (cadence: Cadence | undefined): Schedule | null =>
  cadence === undefined ? null : CADENCE_SCHEDULES[cadence];
