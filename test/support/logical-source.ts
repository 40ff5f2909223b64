import type { PostgresqlRun } from '../../lib/engines/postgresql/run.ts';
import { compile } from '../../lib/plan/compile.ts';
import { derivedSources } from '../../lib/plan/compiled.ts';
import { logical, postgresql } from '../../lib/plan/language.ts';
import { definePlan } from '../../lib/plan/schema.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import type { ServerVersion } from './postgres-install.ts';

type LogicalRow = Omit<Parameters<typeof logical>[0], 'at' | 'every' | 'cron' | 'keep'>;

/** A run for the only source of a small plan that takes dumps alone. */
export function logicalRun(
  store: ObjectStore,
  version: ServerVersion,
  row: LogicalRow = {},
  overrides: Partial<Pick<PostgresqlRun, 'signal' | 'now' | 'report'>> = {},
): PostgresqlRun {
  const plan = definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '2d', rto: '1h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
    alerts: { email: ['oncall@example.com'] },
    environments: { development: { account: '111111111111' } },
    sources: {
      database: postgresql({
        server: {
          service: 'postgres.shop',
          database: 'postgres',
          credentials: 'shop-db',
          version: `${version}`,
        },
        protect: [logical({ at: '02:30', keep: '30d', ...row })],
        verify: { checksums: 'weekly', restore: 'weekly' },
      }),
    },
  });
  const { compiled, findings } = compile(plan, 'development');
  const source = compiled && derivedSources(compiled)[0];
  if (!compiled || !source || source.engine !== 'postgresql') {
    throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
  }
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
