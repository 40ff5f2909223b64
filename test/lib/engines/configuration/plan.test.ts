import { configuration, full, onChange } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = configuration({
  namespaces: ['somabrain-prod'],
  git: { url: 'https://github.com/acme/configuration.git', credentials: 'git' },
  protect: [onChange({ every: '1h', keep: '90d' })],
});

describe('a configuration source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      namespaces: ['somabrain-prod'],
      kinds: [
        'ConfigMap',
        'Secret',
        'Deployment',
        'Service',
        'PersistentVolumeClaim',
        'Ingress',
        'HelmValues',
      ],
      sealing: { namespace: 'kube-system', service: 'sealed-secrets-controller' },
      git: {
        url: 'https://github.com/acme/configuration.git',
        branch: 'main',
        credentials: 'git',
      },
    });
  });

  test.each([
    [
      'no namespace',
      { ...example, namespaces: [] },
      'namespaces',
      /no namespace is named; write at least one/,
    ],
    [
      'a kind in the plural',
      { ...example, kinds: ['ConfigMaps'] },
      'kinds.0',
      /"ConfigMaps" is not possible here; write .ConfigMap./,
    ],
    [
      'no kind',
      { ...example, kinds: [] },
      'kinds',
      /no kind is named, so every backup would be empty; name some, or leave .kinds. out/,
    ],
    [
      'a repository in the short form of ssh',
      { ...example, git: { url: 'git@github.com:acme/c.git', credentials: 'git' } },
      'git.url',
      /".*" is not the address of a repository; .*without a password/,
    ],
    [
      'a folder outside of the repository',
      { ...example, git: { ...example.git, folder: '../secrets' } },
      'git.folder',
      /"..\/secrets" is not a folder of the repository/,
    ],
    [
      'a branch by its long name',
      { ...example, git: { ...example.git, branch: '/refs heads' } },
      'git.branch',
      /"\/refs heads" is not the name of a branch/,
    ],
    [
      'a repository that nobody may write to',
      { ...example, git: { url: 'https://github.com/acme/c.git' } },
      'git.credentials',
      /.* is missing; add it/,
    ],
    [
      'a full row',
      { ...example, protect: [full({ at: '03:00' })] },
      'protect.0.kind',
      /"full" is not possible here; write one of .change./,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
