import type { ServerAddress } from '../../lib/engines/postgresql/connection.ts';
import type { PostgresqlRun } from '../../lib/engines/postgresql/run.ts';
import { compile } from '../../lib/plan/compile.ts';
import { derivedSources } from '../../lib/plan/compiled.ts';
import { full, postgresql, wal } from '../../lib/plan/language.ts';
import { definePlan } from '../../lib/plan/schema.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import type { ServerVersion } from './postgres-install.ts';

export const SOURCE = 'database';

/** A run for the only source of a small plan. */
export function runContext(
  store: ObjectStore,
  version: ServerVersion,
  {
    role,
    ...overrides
  }: Partial<Pick<PostgresqlRun, 'signal' | 'now' | 'report'>> & { readonly role?: 'standby' } = {},
): PostgresqlRun {
  const plan = definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '5m', rto: '1h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
    alerts: { email: ['oncall@example.com'] },
    environments: { development: { account: '111111111111' } },
    sources: {
      [SOURCE]: postgresql({
        server: {
          service: 'postgres.shop',
          database: 'postgres',
          credentials: 'shop-db',
          version: `${version}`,
          ...(role && { role }),
        },
        protect: [
          wal({ flush: '60s', keep: '7d' }),
          full({ at: '02:00', keep: { daily: '7d', weekly: '28d', monthly: '1y' } }),
        ],
        verify: { checksums: 'weekly', restore: 'weekly', fullRestore: 'monthly' },
        restore: { volumeClaim: 'postgres-restored' },
      }),
    },
  });
  const { compiled, findings } = compile(plan, 'development');
  const source = compiled && derivedSources(compiled)[0];
  if (!compiled || source?.engine !== 'postgresql')
    throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
  return {
    store,
    compiled,
    source,
    signal: new AbortController().signal,
    now: () => new Date(),
    report: () => {},
    ...overrides,
  };
}

/** The rights that docs/postgresql.md asks for, and no more. */
export const ROLE_STATEMENTS = [
  "CREATE ROLE tidemark LOGIN REPLICATION PASSWORD 'of-the-agent'",
  'GRANT EXECUTE ON FUNCTION pg_catalog.pg_switch_wal() TO tidemark',
];

/** The same server as that role. */
export function asAgent(address: ServerAddress): ServerAddress {
  return { ...address, user: 'tidemark', password: 'of-the-agent' };
}
