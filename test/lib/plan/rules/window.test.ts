import { full, objects, replication, vectorizer, wal } from '../../../../lib/plan/language.ts';
import { daily, plan, protect } from '../example.ts';
import { testRules } from './cases.ts';

const live = replication({ within: '5m', keep: '90d' });
const nightly = full({ at: '03:00', keep: '90d' });
/** Keeps what it replaces. */
const bucket = objects({
  origin: { kind: 's3', bucket: 'shop-uploads', region: 'eu-central-1' },
  mirror: { bucket: 'shop-uploads-copy', region: 'eu-west-1' },
  protect: [live, nightly],
});
/** Has what the server has. */
const vectors = vectorizer({
  server: { service: 'vectorizer.shop' },
  replica: { service: 'replica.shop' },
  protect: [live, nightly],
});

testRules([
  {
    code: 'TM103',
    severity: 'info',
    path: 'sources.bucket.protect.0',
    says: /as it was at every moment of the last 90 d/,
    fires: plan({ sources: { bucket } }),
    silent: plan({ sources: { vectors } }),
  },
  {
    code: 'TM209',
    severity: 'info',
    path: 'sources.vectors.protect.0',
    says: /the live copy of vectors keeps nothing that it replaces/,
    fires: plan({ sources: { vectors } }),
    silent: plan({ sources: { bucket } }),
  },
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
