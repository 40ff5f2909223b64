import { plan } from '../example.ts';
import { testRules } from './cases.ts';

testRules([
  {
    code: 'TM701',
    severity: 'warning',
    path: 'exemptions.0',
    says: /no TM503 is reported at "alerts" in any environment/,
    fires: plan({
      exemptions: [
        { code: 'TM503', path: 'alerts', reason: 'the team watches a screen all night' },
      ],
    }),
    silent: plan({
      alerts: { email: [] },
      exemptions: [
        { code: 'TM503', path: 'alerts', reason: 'the team watches a screen all night' },
      ],
    }),
  },
]);
