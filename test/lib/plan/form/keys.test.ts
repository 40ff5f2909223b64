import { daily, plan, production, server, source, streamed } from '../example.ts';
import { describeMistakes, rows, written } from './mistake.ts';

describeMistakes([
  {
    code: 'TM001',
    what: 'an unknown key of an override, among the keys of its source',
    path: 'environments.production.sources.database.verfy',
    fires: written({
      environments: {
        production: { account: '111111111111', sources: { database: { verfy: {} } } },
      },
    }),
    message: /unknown key "verfy"/,
    remedy: /write "verify"; known here: engine, /,
  },
  {
    code: 'TM001',
    what: 'a key with two letters swapped',
    path: 'sources.database.restoer',
    fires: written({ sources: { database: { ...source(), restoer: {} } } }),
    message: /unknown key "restoer"/,
    remedy: /write "restore"/,
  },
  {
    code: 'TM001',
    what: 'an unknown key of the plan',
    path: 'sorces',
    fires: written({ sorces: {} }),
    message: /unknown key "sorces"/,
    remedy: /write "sources"/,
  },
  {
    code: 'TM001',
    what: 'an unknown key of a row, among the keys of its kind',
    path: 'sources.database.protect.0.flsh',
    fires: rows({ ...streamed, flsh: '3s' }, daily),
    message: /unknown key "flsh"/,
    remedy: /write "flush"; known here: kind, flush, keep$/,
  },
  {
    code: 'TM001',
    what: 'an unknown tier',
    path: 'sources.database.protect.1.keep.dayly',
    fires: rows(streamed, { kind: 'full', at: '03:00', keep: { dayly: '30d' } }),
    message: /unknown key "dayly"/,
    remedy: /write "daily"; known here: hourly, daily, weekly, monthly, yearly/,
  },
  {
    code: 'TM001',
    what: 'an unknown key far from every known one',
    path: 'regions.backup',
    fires: written({ regions: { ...plan().regions, backup: 'eu-west-3' } }),
    message: /unknown key "backup"/,
    remedy: /^remove it; known here: primary, replica$/,
  },
  {
    code: 'TM001',
    what: 'an unknown key in an override',
    path: 'environments.production.sources.database.verify.checksum',
    fires: production({
      sources: { database: { verify: { checksum: 'daily' } as never } },
    }),
    message: /unknown key "checksum"/,
    remedy: /write "checksums"/,
  },
  {
    code: 'TM002',
    what: 'a missing part',
    path: 'objectives',
    fires: written({ objectives: undefined }),
    message: /key "objectives" is missing/,
    remedy: /of type object/,
  },
  {
    code: 'TM002',
    what: 'a missing duration',
    path: 'objectives.rto',
    fires: written({ objectives: { rpo: '5m' } }),
    message: /key "rto" is missing/,
    remedy: /whole number and a unit/,
  },
  {
    code: 'TM003',
    what: 'a value of another type',
    path: 'sources.database.server.port',
    fires: written({
      sources: { database: source({ server: { ...server, port: '5432' as never } }) },
    }),
    message: /found a value of type string/,
    remedy: /type number/,
  },
  {
    code: 'TM003',
    what: 'a plan that is no object',
    path: '',
    fires: null,
    message: /type null/,
    remedy: /type object/,
  },
]);
