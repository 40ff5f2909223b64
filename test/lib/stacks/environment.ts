import { Template } from 'aws-cdk-lib/assertions';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';

const UTC = 'Etc/UTC';
const ACCOUNT = '123456789012';

/** WAL for a week; a nightly full backup that is kept by day, by week and, cold, by month. */
export function source(
  name: string,
  changes: Partial<SourceOf<'postgresql'>> = {},
): SourceOf<'postgresql'> {
  return {
    name,
    engine: 'postgresql',
    settings: {
      server: {
        service: `postgres.${name}`,
        port: 5432,
        database: name,
        credentials: `${name}-credentials`,
        version: '15',
        tls: 'require',
        uid: 999,
        gid: 999,
      },
      restore: { volumeClaim: `${name}-restored` },
    },
    objectives: { rpoSeconds: 300, rtoSeconds: 3600 },
    protections: [
      {
        kind: 'wal',
        schedule: null,
        flushSeconds: 60,
        deadlineSeconds: 0,
        longestGapSeconds: 60,
        tiers: [{ tier: null, class: '7d' }],
        overdueSeconds: 180,
        derived: true,
        metBy: null,
      },
      {
        kind: 'full',
        schedule: { cron: '0 3 * * *', timezone: UTC },
        flushSeconds: null,
        deadlineSeconds: 21_600,
        longestGapSeconds: 86_400,
        tiers: [
          { tier: 'daily', class: '30d' },
          { tier: 'monthly', class: '366d-cold' },
        ],
        overdueSeconds: 108_000,
        derived: true,
        metBy: null,
      },
    ],
    verify: {
      exists: null,
      size: null,
      checksums: { cron: '30 6 * * 1', timezone: 'Europe/Berlin' },
      restore: null,
      fullRestore: null,
    },
    proof: {
      worstLossSeconds: 180,
      lossAfterFailureSeconds: 180,
      windowSeconds: 518_400,
      by: 'wal',
      reach: [{ kind: 'wal', tier: null, everySeconds: 0, forSeconds: 518_400 }],
    },
    ...changes,
  };
}

/** A plan with the sources `orders` and `wal`, whose name is that of a folder in every backup. */
export function compiledPlan(changes: Partial<CompiledPlan> = {}): CompiledPlan {
  return {
    format: 1,
    plan: 'shop',
    title: null,
    environment: 'production',
    account: ACCOUNT,
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    buckets: {
      primary: 'shop-backups-eu-central-1',
      replica: 'shop-backups-eu-west-1',
      evidence: { primary: 'shop-evidence-eu-central-1', replica: 'shop-evidence-eu-west-1' },
      velero: { primary: 'shop-velero-eu-central-1', replica: 'shop-velero-eu-west-1' },
    },
    weekStartsOn: 'sunday',
    objectives: { rpoSeconds: 300, rtoSeconds: 3600 },
    lock: null,
    classes: [
      { name: '30d', days: 30, storage: 'standard' },
      { name: '366d-cold', days: 366, storage: 'cold' },
      { name: '7d', days: 7, storage: 'standard' },
    ],
    retired: [],
    kubernetes: {
      namespace: 'shop',
      cluster: 'shop-1',
      replicaCluster: 'shop-2',
      image: 'registry.example.com/tidemark',
    },
    alerts: {
      email: ['oncall@example.com'],
      failed: { severity: 'critical', forSeconds: 0 },
      missing: { severity: 'critical', afterSeconds: null },
      tooSmall: { severity: 'warning', below: 0.8 },
      verificationFailed: { severity: 'critical' },
    },
    recovery: { severities: [], phases: [] },
    logDays: 30,
    sources: [source('orders'), source('wal')],
    ...changes,
  };
}

export interface Templates {
  readonly primary: Template;
  readonly replica: Template;
}

/** What `cdk deploy` would send to each region. */
export function templates(compiled: CompiledPlan, failback = false): Templates {
  const stage = new EnvironmentStage(tidemarkApp(), { compiled, failback });
  const of = (region: string): Template => {
    const stack = stage.synth().stacks.find(({ environment }) => environment.region === region);
    if (!stack) throw new Error(`no stack in ${region}`);
    return Template.fromJSON(stack.template);
  };
  return { primary: of(compiled.regions.primary), replica: of(compiled.regions.replica) };
}
