import { wal } from '../../../../lib/plan/language.ts';
import { daily, plan, protect } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM103',
    severity: 'info',
    path: 'sources.database.protect.0',
    says: /every moment of the last 5 d 18 h: WAL is kept 7d, .* 1 d apart and may take 6 h/,
    fires: plan(),
    silent: protect(daily),
  },
  {
    code: 'TM104',
    severity: 'error',
    path: 'sources.database.protect.0',
    says: /WAL is kept 1d/,
    fires: protect(wal({ flush: '60s', keep: '1d' }), daily),
    silent: protect(wal({ flush: '60s', keep: '2d' }), daily),
  },
]);
