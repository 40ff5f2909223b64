import { full, postgresql, wal } from '../lib/plan/language.ts';
import { definePlan, type PlanInput } from '../lib/plan/schema.ts';

/** A plan of so many PostgreSQL databases. */
export function databases(count: number): PlanInput {
  const database = (index: number) =>
    postgresql({
      server: {
        service: `server-${index}.shop`,
        database: 'shop',
        credentials: 'shop-db',
        version: '18',
      },
      protect: [
        wal({ flush: '60s', keep: '7d' }),
        full({
          cron: `${index % 60} ${Math.floor(index / 60) % 24} * * *`,
          keep: { daily: '30d', weekly: '90d', monthly: '1y' },
          cold: ['monthly'],
        }),
      ],
      restore: { volumeClaim: `restored-${index}` },
    });
  return definePlan({
    name: 'generated',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '5m', rto: '1d' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
    alerts: { email: ['oncall@example.com'] },
    verify: { checksums: 'weekly', restore: 'monthly' },
    environments: { production: { account: '111111111111' } },
    sources: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`source-${index}`, database(index)]),
    ),
  });
}
