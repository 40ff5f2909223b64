import { full } from '../../../../lib/plan/language.ts';
import { findingsOf, plan } from '../example.ts';
import { testRules } from './cases.ts';

const [FIRST, SECOND, THIRD] = ['111111111111', '222222222222', '333333333333'];

/** A plan for two environments, of which production has its copies in another account. */
const copiedTo = (replicaAccount: string, lock: { lock?: 'governance' } = { lock: 'governance' }) =>
  plan({
    environments: {
      production: { account: FIRST, replicaAccount, ...lock },
      staging: { account: THIRD },
    },
  });

/** The same with a group of AWS Backup. */
const withGroup = (resources: ('rds' | 's3')[], copy?: 'none') => ({
  ...copiedTo(SECOND),
  awsBackup: {
    groups: {
      things: {
        resources,
        tag: { key: 'backup', value: 'tidemark' },
        protect: [full({ at: '02:00', within: '4h', keep: '35d' })],
        verify: { restore: 'weekly' },
        ...(copy && { copy }),
      },
    },
  },
});

const path = 'environments.production.replicaAccount';

testRules([
  {
    code: 'TM860',
    severity: 'error',
    path,
    says: /account of the primary region/,
    fires: copiedTo(FIRST),
    silent: copiedTo(SECOND),
  },
  {
    code: 'TM861',
    severity: 'warning',
    path,
    says: /takes account 111111111111 can write new versions over the copies/,
    fires: copiedTo(SECOND, {}),
    silent: copiedTo(SECOND),
  },
  {
    code: 'TM862',
    severity: 'warning',
    path,
    says: /333333333333 is that of staging/,
    fires: copiedTo(THIRD),
    silent: copiedTo(SECOND),
  },
  {
    code: 'TM863',
    severity: 'info',
    path: 'awsBackup.groups',
    says: /one organization/,
    fires: withGroup(['s3']),
    silent: withGroup(['s3'], 'none'),
  },
  {
    code: 'TM864',
    severity: 'warning',
    path: 'awsBackup.groups.things.resources',
    says: /points of RDS keep the key .* account 222222222222/,
    fires: withGroup(['rds', 's3']),
    silent: withGroup(['s3']),
  },
]);

test('a bucket whose name is too long is named with the account of its region', () => {
  const name = 'a-plan-with-a-name-that-is-too-long';
  const long = findingsOf({ ...copiedTo(SECOND), name })
    .filter(({ code, path }) => code === 'TM010' && path === 'environments.production')
    .map(({ message }) => message);
  expect(long).toEqual([
    expect.stringContaining(`production-${FIRST}-eu-central-1 `),
    expect.stringContaining(`production-${SECOND}-eu-west-1 `),
  ]);
});
