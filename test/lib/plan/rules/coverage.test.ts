import { full, mongodb } from '../../../../lib/plan/language.ts';
import { plan, production, source } from '../example.ts';
import { testRules } from './cases.ts';

const memory = mongodb({
  server: { service: 'mongodb.shop', replicaSet: 'rs0', credentials: 'mongodb' },
  protect: [full({ at: '04:00', keep: '30d' })],
  verify: { checksums: 'weekly', restore: 'monthly' },
});

testRules([
  {
    code: 'TM501',
    severity: 'warning',
    path: 'sources.database.verify.checksums',
    says: /never read again/,
    fires: plan({ sources: { database: source({ verify: { restore: 'monthly' } }) } }),
    silent: plan(),
  },
  {
    code: 'TM502',
    severity: 'warning',
    path: 'sources.database.verify.restore',
    says: /no drill is planned for database/,
    fires: plan({ sources: { database: source({ verify: { checksums: 'weekly' } }) } }),
    silent: plan({
      sources: { database: source({ verify: { checksums: 'weekly', fullRestore: 'monthly' } }) },
    }),
  },
  {
    code: 'TM503',
    severity: 'warning',
    path: 'alerts.email',
    says: /nobody is told/,
    fires: plan({ alerts: { email: [] } }),
    silent: { ...production({ alerts: { email: ['a@example.com'] } }), alerts: { email: [] } },
  },
  {
    code: 'TM504',
    severity: 'error',
    path: 'environments.production.regions.replica',
    says: /would be in eu-west-1 like the first one/,
    fires: production({ regions: { primary: 'eu-west-1', replica: 'eu-west-1' } }),
    silent: production({ regions: { primary: 'eu-west-1', replica: 'eu-west-2' } }),
  },
  {
    code: 'TM505',
    severity: 'warning',
    path: 'sources.database.restore',
    says: /no restore job is derived for database/,
    fires: plan({ sources: { database: source({ restore: undefined }) } }),
    silent: plan(),
  },
  {
    code: 'TM506',
    severity: 'info',
    path: 'sources.memory.verify.restore',
    says: /the monthly drill of memory is run by people/,
    fires: plan({ sources: { database: source(), memory } }),
    silent: plan(),
  },
]);
