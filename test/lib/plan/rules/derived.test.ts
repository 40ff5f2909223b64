import { full, incremental, vectorizer } from '../../../../lib/plan/language.ts';
import { daily, plan, protect, server, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

const vectors = vectorizer({
  server: { service: 'vectorizer.shop' },
  protect: [
    full({ at: '05:00', keep: '30d' }),
    incremental({ every: '1h', within: '15m', keep: '7d' }),
  ],
  verify: { checksums: 'daily', restore: 'monthly' },
});

testRules([
  {
    code: 'TM507',
    severity: 'warning',
    path: 'sources.vectors',
    says: /no job is derived for vectors by this release: its full, incremental rows of vectorizer/,
    fires: plan({ sources: { database: source(), vectors } }),
    silent: plan(),
  },
  {
    code: 'TM203',
    severity: 'warning',
    path: 'sources.database.protect.2',
    says: /PostgreSQL 16 has no incremental base backups \(17 and later have\); its promise is kept by WAL/,
    fires: plan({
      sources: {
        database: source({
          server: { ...server, version: '16' },
          protect: [streamed, daily, incremental({ every: '15m', keep: '24h' })],
        }),
      },
    }),
    silent: protect(streamed, daily, incremental({ every: '15m', keep: '24h' })),
  },
  {
    code: 'TM203',
    severity: 'error',
    path: 'sources.database.protect.1',
    says: /PostgreSQL 16 has no incremental base backups/,
    fires: plan({
      objectives: { rpo: '2d', rto: '1h' },
      sources: {
        database: source({
          server: { ...server, version: '16' },
          protect: [daily, incremental({ every: '15m', keep: '24h' })],
        }),
      },
    }),
    silent: protect(daily),
  },
]);
