import { full, wal } from '../../../../lib/plan/language.ts';
import { daily, plan, protect, source } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM101',
    severity: 'error',
    path: 'objectives.rpo',
    says: /up to 4 min 1 s .* objective of 4 min: WAL is stored every 2 min 1 s, plus 2 min/,
    fires: {
      ...protect(wal({ flush: '121s', keep: '7d' }), daily),
      objectives: { rpo: '4m', rto: '1h' },
    },
    silent: {
      ...protect(wal({ flush: '120s', keep: '7d' }), daily),
      objectives: { rpo: '4m', rto: '1h' },
    },
  },
  {
    code: 'TM101',
    severity: 'error',
    path: 'sources.database.objectives.rpo',
    says: /up to 1 d 2 h .*: 1 d between two starts plus 2 h that a job may take/,
    fires: plan({
      sources: {
        database: source({
          protect: [full({ at: '03:00', within: '2h', keep: '30d' })],
          objectives: { rpo: '25h', rto: '1h' },
        }),
      },
    }),
    silent: plan({
      sources: {
        database: source({
          protect: [full({ at: '03:00', within: '2h', keep: '30d' })],
          objectives: { rpo: '26h', rto: '1h' },
        }),
      },
    }),
  },
  {
    code: 'TM101',
    severity: 'error',
    path: 'objectives.rpo',
    says: /up to 7 d 1 h .* expire before the next one is complete \(3 d 1 h after their start\)/,
    fires: {
      ...protect(full({ cron: '0 3 * * 1-5', within: '1h', keep: { daily: '1d', weekly: '30d' } })),
      objectives: { rpo: '7d', rto: '1h' },
    },
    silent: {
      ...protect(full({ cron: '0 3 * * 1-5', within: '1h', keep: { daily: '4d', weekly: '30d' } })),
      objectives: { rpo: '7d', rto: '1h' },
    },
  },
]);
