import type { CompiledPlan, SourceOf } from '../../lib/plan/compiled.ts';

const UTC = 'Etc/UTC';

/** A PostgreSQL source outside of the plan's namespace, protected by WAL and a nightly base backup. */
export function compiledSource(
  changes: Partial<SourceOf<'postgresql'>> = {},
): SourceOf<'postgresql'> {
  return {
    name: 'orders',
    engine: 'postgresql',
    settings: {
      server: {
        service: 'postgres.shop',
        port: 5432,
        database: 'orders',
        credentials: 'orders-backup',
        version: '15',
        tls: 'require',
        uid: 999,
        gid: 998,
      },
      restore: { volumeClaim: 'orders-restored' },
    },
    objectives: { rpoSeconds: 300, rtoSeconds: 3600 },
    protections: [
      {
        kind: 'wal',
        schedule: null,
        flushSeconds: 60,
        deadlineSeconds: 0,
        longestGapSeconds: 60,
        tiers: [{ tier: null, class: '8d' }],
        overdueSeconds: 300,
        derived: true,
        metBy: null,
      },
      {
        kind: 'full',
        schedule: { cron: '0 3 * * *', timezone: 'Europe/Berlin' },
        flushSeconds: null,
        deadlineSeconds: 21_600,
        longestGapSeconds: 86_400,
        tiers: [{ tier: 'daily', class: '30d' }],
        overdueSeconds: 111_600,
        derived: true,
        metBy: null,
      },
    ],
    verify: {
      exists: null,
      size: null,
      checksums: { cron: '30 6 * * 1', timezone: UTC },
      restore: null,
      fullRestore: null,
    },
    proof: {
      worstLossSeconds: 120,
      lossAfterFailureSeconds: 120,
      windowSeconds: 604_800,
      by: 'wal',
      reach: [{ kind: 'wal', tier: null, everySeconds: 0, forSeconds: 604_800 }],
    },
    ...changes,
  };
}

/** A plan of one such source, unless told otherwise. */
export function compiledPlan(changes: Partial<CompiledPlan> = {}): CompiledPlan {
  return {
    format: 1,
    plan: 'shop',
    title: null,
    environment: 'production',
    account: '123456789012',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    buckets: {
      primary: 'shop-production-backups',
      replica: 'shop-production-backups-replica',
      evidence: { primary: 'shop-evidence', replica: 'shop-evidence-replica' },
      velero: { primary: 'shop-velero', replica: 'shop-velero-replica' },
    },
    weekStartsOn: 'sunday',
    objectives: { rpoSeconds: 300, rtoSeconds: 3600 },
    lock: 'governance',
    classes: [
      { name: '30d', days: 30, storage: 'standard' },
      { name: '8d', days: 8, storage: 'standard' },
    ],
    retired: [],
    kubernetes: {
      namespace: 'shop-backup',
      cluster: 'shop',
      replicaCluster: 'shop-replica',
      image: 'registry.example.com/tidemark',
    },
    alerts: {
      email: [],
      failed: { severity: 'critical', forSeconds: 0 },
      missing: { severity: 'critical', afterSeconds: null },
      tooSmall: { severity: 'warning', below: 0.8 },
      verificationFailed: { severity: 'critical' },
    },
    recovery: { severities: [], phases: [] },
    logDays: 30,
    sources: [compiledSource()],
    ...changes,
  };
}

/** A source that takes dumps too, also before each deployment. */
export function withDumps(preDeploy: boolean): SourceOf<'postgresql'> {
  const { settings, protections } = compiledSource();
  return compiledSource({
    settings: { ...settings, hooks: { preDeploy } },
    protections: [
      ...protections,
      {
        kind: 'logical',
        schedule: { cron: '30 2 * * *', timezone: UTC },
        flushSeconds: null,
        deadlineSeconds: 1800,
        longestGapSeconds: 86_400,
        tiers: [{ tier: 'daily', class: '30d' }],
        overdueSeconds: 88_200,
        derived: true,
        metBy: null,
        dump: { databases: 'all', schemaOnly: false, globals: 'with-passwords' },
      },
    ],
  });
}
