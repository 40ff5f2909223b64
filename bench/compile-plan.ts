import {
  full,
  incremental,
  postgresql,
  redis,
  snapshot,
  vectorizer,
  wal,
} from '../lib/plan/language.ts';
import { definePlan, type PlanInput } from '../lib/plan/schema.ts';

const ZONES = ['Etc/UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];

/**
 * A plan of so many sources as a large company may write it: databases with WAL and tiers, caches and vectors, every
 * source at a time of its own, a quarter of them in local time.
 */
export function generatedPlan(count: number): PlanInput {
  return definePlan({
    name: 'generated',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '2d', rto: '1d' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
    alerts: { email: ['oncall@example.com'] },
    verify: { checksums: 'weekly', restore: 'monthly' },
    environments: { production: { account: '111111111111' } },
    sources: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`source-${index}`, source(index)]),
    ),
  });
}

function source(index: number): PlanInput['sources'][string] {
  const minute = index % 60;
  // Not in the hours in which clocks change.
  const hour = 4 + (Math.floor(index / 60) % 20);
  const timezone = ZONES[index % 16] ?? 'Etc/UTC';
  const name = `server-${index}.shop`;
  const keep = { daily: '30d', weekly: '90d', monthly: '1y' } as const;
  switch (index % 4) {
    case 0:
      return vectorizer({
        server: { service: name },
        protect: [
          full({ cron: `${minute} ${hour} * * 0`, within: '1h', keep: '60d' }),
          incremental({ cron: `${minute} ${hour} * * 1-6`, within: '30m', keep: '30d' }),
        ],
      });
    case 1:
      return redis({
        server: { service: name },
        protect: [snapshot({ cron: `${minute} */6 * * *`, timezone, within: '30m', keep: '30d' })],
      });
    default:
      return postgresql({
        server: { service: name, database: 'shop', credentials: 'shop-db', version: '18' },
        protect: [
          wal({ flush: '60s', keep: '7d' }),
          full({
            cron: `${minute} ${hour} * * *`,
            timezone,
            within: '2h',
            keep,
            cold: ['monthly'],
          }),
        ],
        restore: { volumeClaim: `restored-${index}` },
      });
  }
}
