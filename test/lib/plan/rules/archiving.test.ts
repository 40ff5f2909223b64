import { full, postgresql, wal } from '../../../../lib/plan/language.ts';
import { plan, server } from '../example.ts';
import { testRules } from './cases.ts';

const archiving = (service: string, { keeps = true, asked = true } = {}) =>
  plan({
    sources: {
      database: postgresql({
        server: { ...server, service },
        protect: [
          ...(keeps ? [wal({ flush: '60s', keep: '7d' })] : []),
          full({ at: '03:00', keep: '30d' }),
        ],
        ...(asked ? { archiving: {} } : {}),
      }),
    },
  });

testRules([
  {
    code: 'TM625',
    severity: 'error',
    path: 'sources.database.archiving',
    says: /in the namespace databases; .* are in shop/,
    fires: archiving('postgres.databases'),
    silent: archiving('postgres.shop'),
  },
  {
    code: 'TM625',
    severity: 'error',
    path: 'sources.database.archiving',
    says: /no service of the cluster/,
    fires: archiving('db.example.com'),
    silent: archiving('db.example.com', { asked: false }),
  },
  {
    code: 'TM626',
    severity: 'error',
    path: 'sources.database.archiving',
    says: /no row keeps it/,
    fires: archiving('postgres.shop', { keeps: false }),
    silent: archiving('postgres.shop', { keeps: false, asked: false }),
  },
]);
