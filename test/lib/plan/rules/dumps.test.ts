import { full, logical, postgresql, wal } from '../../../../lib/plan/language.ts';
import { plan, server } from '../example.ts';
import { testRules } from './cases.ts';

type Row = Omit<Parameters<typeof logical>[0], 'at' | 'every' | 'cron'>;

const dumps = (row: Row, service = server.service, preDeploy = false) =>
  plan({
    sources: {
      database: postgresql({
        server: { ...server, service },
        protect: [logical({ at: '02:30', keep: '30d', ...row })],
        hooks: { preDeploy },
      }),
    },
  });

const LOAD = { credentials: 'shop-owner', scratch: '20GiB' as const, scale: ['deployment/api'] };

const restored = (row: ReturnType<typeof logical> | ReturnType<typeof full>) =>
  plan({
    sources: {
      database: postgresql({ server, protect: [row], restore: { volumeClaim: 'restored' } }),
    },
  });

const loaded = (databases: string[]) =>
  plan({
    sources: {
      database: postgresql({
        server: { ...server, database: 'shop' },
        protect: [logical({ at: '02:30', keep: '30d', databases })],
        load: LOAD,
      }),
    },
  });

const MANAGED = 'shop.cluster-abc.eu-west-1.rds.amazonaws.com';

testRules([
  {
    code: 'TM601',
    severity: 'error',
    path: 'sources.database.server.service',
    says: /so no wal, full backups can be taken/,
    fires: plan({
      sources: {
        database: postgresql({
          server: { ...server, service: MANAGED },
          protect: [
            wal({ flush: '60s', keep: '7d' }),
            full({ at: '03:00', keep: '30d' }),
            logical({ at: '02:30', keep: '30d', globals: 'without-passwords' }),
          ],
        }),
      },
    }),
    silent: dumps({ globals: 'without-passwords' }, MANAGED),
  },
  {
    code: 'TM615',
    severity: 'error',
    path: 'sources.database.protect.0.tables',
    says: /dumps every database: nobody knows in which one they are/,
    fires: dumps({ tables: ['orders'] }),
    silent: dumps({ tables: ['orders'], databases: ['shop'] }),
  },
  {
    code: 'TM615',
    severity: 'error',
    path: 'sources.database.protect.0.csv',
    says: /dumps 2 databases/,
    fires: dumps({ csv: ['sales.orders'], databases: ['shop', 'audit'] }),
    silent: dumps({ csv: ['sales.orders'], databases: ['shop'] }),
  },
  {
    code: 'TM616',
    severity: 'error',
    path: 'sources.database.hooks.preDeploy',
    says: /no row says what is dumped/,
    fires: plan({
      sources: {
        database: postgresql({
          server,
          protect: [full({ at: '03:00', keep: '30d' })],
          hooks: { preDeploy: true },
        }),
      },
    }),
    silent: dumps({}, server.service, true),
  },
  {
    code: 'TM620',
    severity: 'error',
    path: 'sources.database.load',
    says: /loads the newest dump, and there are no dumps/,
    fires: plan({
      sources: {
        database: postgresql({
          server,
          protect: [full({ at: '03:00', keep: '30d' })],
          load: LOAD,
        }),
      },
    }),
    silent: plan({
      sources: {
        database: postgresql({
          server,
          protect: [logical({ at: '02:30', keep: '30d' })],
          load: LOAD,
        }),
      },
    }),
  },
  {
    code: 'TM621',
    severity: 'error',
    path: 'sources.database.restore',
    says: /out of base backups, and there are none/,
    fires: restored(logical({ at: '02:30', keep: '30d' })),
    silent: restored(full({ at: '03:00', keep: '30d' })),
  },
  {
    code: 'TM622',
    severity: 'error',
    path: 'sources.database.load',
    says: /the newest dump of shop, and the logical row dumps other/,
    fires: loaded(['other']),
    silent: loaded(['other', 'shop']),
  },
  {
    code: 'TM617',
    severity: 'warning',
    path: 'sources.database.server.service',
    says: /no recovery to a moment/,
    fires: dumps({ globals: 'without-passwords' }, MANAGED),
    silent: dumps({}),
  },
  {
    code: 'TM618',
    severity: 'error',
    path: 'sources.database.protect.0.globals',
    says: /show the hashes of passwords to nobody/,
    fires: dumps({}, MANAGED),
    silent: dumps({ globals: 'none' }, MANAGED),
  },
  {
    code: 'TM619',
    severity: 'warning',
    path: 'sources.database.hooks.preDeploy',
    says: /holds definitions without data/,
    fires: dumps({ schemaOnly: true }, server.service, true),
    silent: dumps({ schemaOnly: true }),
  },
  {
    code: 'TM619',
    severity: 'warning',
    path: 'sources.database.hooks.preDeploy',
    says: /holds chosen tables alone/,
    fires: dumps({ tables: ['orders'], databases: ['shop'] }, server.service, true),
    silent: dumps({ databases: ['shop'] }, server.service, true),
  },
]);
