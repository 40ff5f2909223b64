import {
  configuration,
  full,
  objects,
  onChange,
  replication,
  wal,
} from '../../../../lib/plan/language.ts';
import { plan, protect, streamed } from '../example.ts';
import { testRules } from './cases.ts';

const settings = configuration({
  namespaces: ['shop'],
  protect: [onChange({ every: '1h', within: '10m', keep: '30d' })],
});
const bucket = objects({
  origin: { kind: 's3', bucket: 'shop-uploads', region: 'eu-central-1' },
  mirror: { bucket: 'shop-uploads-copy', region: 'eu-west-1' },
  protect: [replication({ within: '5m', keep: '90d' })],
});

testRules([
  {
    code: 'TM201',
    severity: 'error',
    path: 'sources.settings.protect.0',
    says: /no change backup of settings exists: one is kept 7 d/,
    fires: plan({
      sources: {
        settings: { ...settings, protect: [onChange({ cron: '0 3 * * 0', keep: '7d' })] },
      },
      // Nothing could be stated for what is lost, so this is not accepted.
      exemptions: [{ code: 'TM201', path: '', reason: 'the team is happy with an empty shelf' }],
    }),
    silent: plan({ sources: { settings } }),
  },
  {
    code: 'TM207',
    severity: 'warning',
    path: 'sources.bucket.protect.0',
    says: /nothing but a live copy protects bucket/,
    fires: plan({ sources: { bucket } }),
    silent: plan({
      sources: { bucket: { ...bucket, protect: [...bucket.protect, full({ at: '03:00' })] } },
    }),
  },
  {
    code: 'TM208',
    severity: 'info',
    path: 'sources.settings.protect.0.keep',
    says: /while nothing changes in settings, its newest backup expires after 30 d/,
    fires: plan({ sources: { settings } }),
    silent: plan({
      sources: { settings: { ...settings, protect: [onChange({ every: '1h', keep: 'forever' })] } },
    }),
  },
  {
    code: 'TM206',
    severity: 'warning',
    path: 'sources.database.protect.1',
    says: /one failed run is enough .* is kept 14 d, which ends before the second one after it/,
    fires: protect(
      wal({ flush: '60s', keep: '30d' }),
      full({ cron: '0 3 * * 0', within: '6h', keep: '14d' }),
    ),
    silent: protect(
      wal({ flush: '60s', keep: '30d' }),
      full({ cron: '0 3 * * 0', within: '6h', keep: '15d' }),
    ),
  },
  {
    code: 'TM201',
    severity: 'error',
    path: 'sources.database.protect.1',
    says: /one is kept 7 d, but the next is complete only 7 d 6 h after it started/,
    fires: protect(streamed, full({ cron: '0 3 * * 0', keep: '7d' })),
    silent: protect(streamed, full({ cron: '0 3 * * 0', keep: '8d' })),
  },
]);
