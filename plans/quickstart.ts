import { definePlan, full, postgresql, wal } from '../lib/plan/language.ts';

export default definePlan({
  name: 'quickstart',
  regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
  objectives: { rpo: '5m', rto: '1h' },
  kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/tidemark/agent' },
  alerts: { email: ['oncall@example.com'] },
  environments: {
    development: { account: '111111111111' },
    production: { account: '222222222222' },
  },
  sources: {
    database: postgresql({
      server: { service: 'postgres.shop', database: 'shop', credentials: 'shop-db', version: '18' },
      protect: [
        wal({ flush: '60s', keep: '7d' }),
        full({ at: '02:00', keep: { daily: '7d', weekly: '28d', monthly: '1y' } }),
      ],
      verify: { checksums: 'weekly', restore: 'weekly', fullRestore: 'monthly' },
      restore: { volumeClaim: 'postgres-restored' },
    }),
  },
});
