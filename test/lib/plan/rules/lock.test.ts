import { full } from '../../../../lib/plan/language.ts';
import { production, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM307',
    severity: 'error',
    path: 'environments.production.lock',
    says: /daily of database is kept for ever, but S3 locks an object for 36500 d/,
    fires: {
      ...production({ lock: 'governance' }),
      sources: {
        database: source({ protect: [streamed, full({ at: '03:00', keep: 'forever' })] }),
      },
    },
    silent: {
      ...production({ lock: 'governance' }),
      sources: { database: source({ protect: [streamed, full({ at: '03:00', keep: '99y' })] }) },
    },
  },
  {
    code: 'TM308',
    severity: 'info',
    path: 'environments.production.lock',
    says: /cannot be removed by anyone, .* for up to 31 d/,
    fires: production({ lock: 'compliance' }),
    silent: production({ lock: 'governance' }),
  },
]);
