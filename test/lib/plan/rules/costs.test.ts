import { full } from '../../../../lib/plan/language.ts';
import { plan, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

const monthly = (size: `${number}MiB` | `${number}GiB`, perDay?: `${number}MiB`) =>
  plan({
    sources: {
      database: source({
        size: { full: size, ...(perDay && { perDay }) },
        protect: [
          streamed,
          full({ at: '03:00', keep: { daily: '30d', monthly: '4mo' }, cold: ['monthly'] }),
        ],
      }),
    },
  });

testRules([
  {
    code: 'TM870',
    severity: 'warning',
    path: 'sources.database.protect.1.keep.monthly',
    // To move an object costs as much as to keep a small one for years.
    says: /monthly backups of database of 0\.15MiB each cost .* a month in GLACIER_IR, and .* if they stayed in Standard/,
    fires: monthly('0.15MiB'),
    silent: monthly('20MiB'),
  },
  {
    code: 'TM870',
    severity: 'warning',
    path: 'sources.database.protect.1.keep.monthly',
    says: /of 0\.15MiB each/,
    fires: monthly('0.15MiB', '100MiB'),
    // Lifecycle leaves what is smaller than 128 KiB where it is.
    silent: monthly('0.1MiB'),
  },
]);
