import { compile } from '../../../lib/plan/compile.ts';
import type { Finding } from '../../../lib/plan/findings.ts';
import { full, type PostgresqlSource, postgresql, wal } from '../../../lib/plan/language.ts';
import { definePlan, type PlanInput } from '../../../lib/plan/schema.ts';

export type Source = PostgresqlSource;
export type Environment = PlanInput['environments'][string];

/** A source in which nothing is wrong, with changes. */
export function source(changes: Partial<Source> = {}): Source {
  return {
    ...postgresql({
      server: { service: 'postgres.shop', database: 'shop', credentials: 'shop-db', version: '18' },
      protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', keep: '30d' })],
      verify: { checksums: 'weekly', restore: 'monthly' },
      restore: { volumeClaim: 'restored' },
    }),
    ...changes,
  };
}

/** A plan in which nothing is wrong, with changes. */
export function plan(changes: Partial<PlanInput> = {}): PlanInput {
  return definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '5m', rto: '1h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/acme/agent' },
    alerts: { email: ['oncall@example.com'] },
    environments: { production: { account: '111111111111' } },
    sources: { database: source() },
    ...changes,
  });
}

/** A plan whose only source protects in another way. */
export const protect = (...rows: Source['protect']): PlanInput =>
  plan({ sources: { database: source({ protect: rows }) } });

/** A plan whose production environment differs. */
export const production = (settings: Partial<Environment>): PlanInput =>
  plan({ environments: { production: { account: '111111111111', ...settings } } });

export function findingsOf(of: unknown, environment = 'production'): Finding[] {
  return compile(of, environment).findings;
}

export const codesOf = (of: unknown, environment = 'production'): string[] =>
  findingsOf(of, environment).map(({ code }) => code);

/** Parts of the source in which nothing is wrong. */
export const server = source().server;
export const streamed = wal({ flush: '60s', keep: '7d' });
export const daily = full({ at: '03:00', keep: '30d' });
