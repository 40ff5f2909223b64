import { full, incremental } from '../../../../lib/plan/language.ts';
import { daily, streamed } from '../example.ts';
import { describeMistakes, rows } from './mistake.ts';

describeMistakes([
  {
    code: 'TM005',
    what: 'a malformed cron expression',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '@daily', keep: '30d' })),
    message: /"@daily" is not a cron schedule/,
    remedy: /five fields/,
  },
  {
    code: 'TM005',
    what: 'an hour that no day has',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '0 24 * * *', keep: '30d' })),
    message: /is not a cron schedule \(.*24\)/,
    remedy: /five fields/,
  },
  {
    code: 'TM005',
    what: 'a schedule that never starts',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '0 3 30 2 *', keep: '30d' })),
    message: /never starts: no year has such a day/,
    remedy: /a day that exists/,
  },
  {
    code: 'TM005',
    what: 'Sunday as 7',
    path: 'sources.database.protect.1.cron',
    fires: rows(streamed, full({ cron: '0 3 * * 7', keep: '30d' })),
    message: /Kubernetes refuses/,
    remedy: /write 0 or SUN/,
  },
  {
    code: 'TM005',
    what: 'an interval that cron cannot say',
    path: 'sources.database.protect.2.every',
    fires: rows(streamed, daily, incremental({ every: '7m', keep: '1d' })),
    message: /every 7m evenly/,
    remedy: /divides an hour or a day/,
  },
  {
    code: 'TM005',
    what: 'a time of day that does not exist',
    path: 'sources.database.protect.1.at',
    fires: rows(streamed, full({ at: '25:00', keep: '30d' })),
    message: /"25:00" is not a time of day/,
    remedy: /HH:MM/,
  },
  {
    code: 'TM005',
    what: 'an unknown time zone',
    path: 'sources.database.protect.1.timezone',
    fires: rows(streamed, full({ at: '03:00', timezone: 'Mars/Olympus', keep: '30d' })),
    message: /"Mars\/Olympus" is not a time zone/,
    remedy: /Europe\/Berlin/,
  },
  {
    code: 'TM005',
    what: 'two starts in one row',
    path: 'sources.database.protect.1',
    fires: rows(streamed, full({ at: '03:00', every: '6h', keep: '30d' })),
    message: /at and every are given/,
    remedy: /exactly one/,
  },
  {
    code: 'TM005',
    what: 'a row without a start, beside another mistake in it',
    path: 'sources.database.protect.1',
    fires: rows(streamed, { kind: 'full', kep: '30d' }),
    message: /no start is given/,
    remedy: /exactly one/,
  },
]);
