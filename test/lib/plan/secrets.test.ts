import { command, full } from '../../../lib/plan/language.ts';
import { findingsOf, plan, server, source } from './example.ts';

const withServer = (changes: object) =>
  plan({ sources: { database: source({ server: { ...server, ...changes } }) } });

describe('TM012', () => {
  test.each<[string, string]>([
    ['the id of an AWS access key', 'AKIAIOSFODNN7EXAMPLE'],
    ['an AWS secret access key', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['a password in an address', 'postgres://shop:hunter2@postgres.shop/shop'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow'],
    ['a token of GitHub', `ghp_${'a1B2'.repeat(9)}`],
    ['a token of Slack', 'xoxb-123456789012-abcdef'],
    ['a token of Vault', 'hvs.CAESIJ1111111111111111111'],
    ['a key of Stripe', `sk_live_${'4eC39HqL'.repeat(3)}`],
    ['a key of Google', `AIza${'SyA'.repeat(12)}`.slice(0, 39)],
    ['a signed token', 'eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM'],
    ['a password', 'PGPASSWORD=correct-horse psql'],
  ])('finds %s and never repeats it', (what, secret) => {
    // Where it fits by its form, and where it does not and another finding would quote it.
    const findings = [withServer({ database: secret }), withServer({ credentials: secret })].map(
      (wrong) => findingsOf(wrong),
    );
    expect(findings).toMatchObject([
      expect.arrayContaining([
        expect.objectContaining({
          code: 'TM012',
          severity: 'error',
          path: 'sources.database.server.database',
          message: expect.stringContaining(what),
        }),
      ]),
      expect.arrayContaining([
        expect.objectContaining({ code: 'TM012', path: 'sources.database.server.credentials' }),
      ]),
    ]);
    expect(JSON.stringify(findings)).not.toContain(JSON.stringify(secret).slice(1, -1));
  });

  test.each([
    'export PGPASSWORD=$(kubectl get secret shop-db -o jsonpath={.data.password})',
    'psql postgres://postgres.shop:5432/shop',
    'git checkout 3f786850e387550fdab836ed7e6dc881de23001b',
    'password=<from the vault>',
    'redis-cli -u redis://:$REDIS_PASSWORD@redis.shop:6379 ping',
    'pg_restore -d postgres://shop:<password>@postgres.shop/shop',
    'https://example.com/@oncall',
  ])('leaves %s alone', (step) => {
    const found = findingsOf(
      plan({ recovery: { phases: [{ name: 'Data', restores: ['database'], steps: [step] }] } }),
    );
    expect(found.filter(({ code }) => code === 'TM012')).toEqual([]);
  });

  test('is no part of the reason of an accepted finding', () => {
    const secret = 'AKIAIOSFODNN7EXAMPLE';
    const reason = `the drill runs with ${secret} by hand`;
    const findings = findingsOf(
      plan({
        objectives: { rpo: '1m', rto: '1h' },
        exemptions: [{ code: 'TM101', path: 'objectives', reason }],
      }),
    );
    expect(findings.filter(({ severity }) => severity === 'exempt')).not.toEqual([]);
    expect(JSON.stringify(findings)).not.toContain(secret);
  });

  test('is no part of the value of another finding', () => {
    const url = 'https://user:hunter2@example.com';
    const findings = findingsOf(
      plan({ alerts: { email: [url] }, nonsense: { deep: [url] } } as object),
    );
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['TM012', 'TM001']));
    expect(JSON.stringify(findings)).not.toContain('hunter2');
  });
});

describe('a password of no particular form', () => {
  const job = {
    image: 'ghcr.io/acme/memory:1.4.2',
    backup: ['memory', 'export'],
    restore: ['memory', 'import'],
    check: ['memory', 'check'],
    protect: [full({ at: '04:30', keep: '30d' })],
  };

  test.each<[string, unknown]>([
    [
      'of a variable',
      plan({ sources: { memory: command({ ...job, env: { X_PASSWORD: 'hunter2' } }) } }),
    ],
    [
      'of an unknown key',
      {
        ...plan(),
        sources: { database: { ...source(), server: { ...server, password: 'hunter2' } } },
      },
    ],
    [
      'in the path of an endpoint that alerts are sent to',
      { ...plan(), alerts: { https: ['http://events.example.com/hunter2/enqueue'] } },
    ],
    [
      'in an endpoint beside an unknown key',
      { ...plan(), alert: { https: ['https://events.example.com/hunter2'] } },
    ],
    ['in place of the name of a Secret', withServer({ credentials: 'Hunter2 hunter2' })],
    [
      'in a part that another finding shows',
      {
        ...plan(),
        environments: {
          production: {
            account: '111111111111',
            sources: { databse: { server: { password: 'hunter2' } } },
          },
        },
      },
    ],
  ])('%s is not repeated', (_where, wrong) => {
    const found = findingsOf(wrong).filter(({ severity }) => severity === 'error');
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).toContain('(redacted)');
    expect(JSON.stringify(found)).not.toMatch(/hunter2/i);
  });
});
