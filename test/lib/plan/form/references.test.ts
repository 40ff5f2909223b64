import { plan, production } from '../example.ts';
import { describeMistakes } from './mistake.ts';

describeMistakes([
  {
    code: 'TM008',
    what: 'an override of a source that does not exist',
    path: 'environments.production.sources.databse',
    fires: production({ sources: { databse: { verify: {} } } }),
    message: /no source "databse"/,
    remedy: /write "database"/,
  },
  {
    code: 'TM009',
    what: 'an environment without a retention',
    path: 'environments.demo.retention',
    fires: plan({
      environments: { demo: { account: '111111111111' }, production: { account: '111111111111' } },
    }),
    message:
      /"demo" has no retention .* development, staging, production, compliance have defaults/,
    remedy: /retention: \{ database/,
  },
  {
    code: 'TM010',
    what: 'a bucket name that S3 refuses',
    path: 'environments.production',
    fires: plan({ name: 'an-internet-shop-with-a-long-name' }),
    message: /tidemark-an-internet-.* would have 79 characters, and S3 allows 63/,
    remedy: /by 16/,
  },
  {
    code: 'TM011',
    what: 'an unknown environment',
    path: 'environments',
    fires: {
      ...plan(),
      environments: { prodution: { account: '111111111111', retention: { database: '30d' } } },
    },
    message: /no environment "production"/,
    remedy: /did you mean "prodution"\?/,
  },
]);
