import { full, incremental, onChange, secrets } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = secrets({
  store: { kind: 'vault', service: 'vault.vault', role: 'tidemark' },
  protect: [onChange({ every: '1h', keep: 'forever' }), full({ at: '03:00', keep: '30d' })],
});

describe('a secrets source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      store: {
        kind: 'vault',
        service: 'vault.vault',
        port: 8200,
        tls: 'require',
        role: 'tidemark',
      },
    });
  });

  test.each([
    [
      { kind: 'openbao', service: 'openbao.openbao', credentials: 'openbao-token' },
      { port: 8200, tls: 'require' },
    ],
    [{ kind: 'sealed-secrets' }, { namespace: 'kube-system' }],
    [{ kind: 'certificates', namespaces: ['sensei'] }, {}],
  ])('may be of %j', (store, defaults) => {
    expect(settingsOf({ ...example, store })).toEqual({ store: { ...store, ...defaults } });
  });

  test.each([
    [
      'two ways to log in',
      { ...example, store: { ...example.store, credentials: 'token' } },
      'store.credentials',
      /role and credentials are both given; write one of them/,
    ],
    [
      'no way to log in',
      { ...example, store: { kind: 'vault', service: 'vault.vault' } },
      'store.role',
      /.* is missing; name a role of the Kubernetes authentication/,
    ],
    [
      'a role with a blank',
      { ...example, store: { kind: 'vault', service: 'vault.vault', role: 'my role' } },
      'store.role',
      /"my role" is not the name of a role/,
    ],
    [
      'an unknown store',
      { ...example, store: { kind: 'keepass' } },
      'store.kind',
      /"keepass" is not possible here; .*.sealed-secrets./,
    ],
    [
      'a service of Sealed Secrets, which is read from the cluster',
      { ...example, store: { kind: 'sealed-secrets', service: 'sealed-secrets' } },
      'store.service',
      /unknown key "service"/,
    ],
    [
      'certificates of no namespace',
      { ...example, store: { kind: 'certificates', namespaces: [] } },
      'store.namespaces',
      /no namespace is named/,
    ],
    [
      'a row of databases',
      { ...example, protect: [...example.protect, incremental({ every: '1h' })] },
      'protect.2.kind',
      /"incremental" is not possible here; write one of .change., .full./,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
