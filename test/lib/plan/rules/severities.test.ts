import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { plan, source } from '../example.ts';
import { testRules } from './cases.ts';

type Recovery = NonNullable<PlanInput['recovery']>;
type Rto = '30m' | '1h' | '2h' | '4h';

const severities = (...times: (Rto | undefined)[]): PlanInput => {
  const levels: Recovery['severities'] = times.map((rto, index) => ({
    level: `SEV${index + 1}`,
    scenario: 'something is lost',
    procedure: 'restore it',
    ...(rto && { rto }),
  }));
  return plan({ recovery: { severities: levels } });
};

const phases = (rto: '1h' | '90m'): PlanInput =>
  plan({
    objectives: { rpo: '5m', rto: '4h' },
    sources: { database: source({ objectives: { rpo: '5m', rto } }) },
    recovery: {
      phases: [
        { name: 'Infrastructure', within: '60m' },
        { name: 'Data', within: '30m', restores: ['database'] },
      ],
    },
  });

testRules([
  {
    code: 'TM804',
    severity: 'info',
    path: 'recovery.severities',
    says: /within 1 h, and not every severity promises that: SEV2 2 h, SEV3 4 h/,
    fires: severities('1h', '2h', '4h'),
    silent: severities('1h', undefined),
  },
  {
    code: 'TM804',
    severity: 'warning',
    path: 'recovery.severities',
    says: /no severity promises that: SEV1 2 h/,
    fires: severities('2h'),
    silent: severities('30m', '2h'),
  },
  {
    code: 'TM805',
    severity: 'warning',
    path: 'sources.database.objectives.rto',
    says: /database shall be back within 1 h, but Data, which restores it, ends after 1 h 30 min/,
    fires: phases('1h'),
    silent: phases('90m'),
  },
]);
