import { full, kubernetes, snapshot } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = kubernetes({
  namespaces: ['shop', 'shop-jobs'],
  protect: [full({ at: '05:00', keep: '30d' })],
});

describe('a Kubernetes source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      velero: { namespace: 'velero', serviceAccount: 'velero' },
      namespaces: ['shop', 'shop-jobs'],
      exclude: [],
      snapshotVolumes: true,
      moveSnapshots: false,
    });
  });

  test('may be the whole cluster but for some namespaces', () => {
    const cluster = kubernetes({ ...example, namespaces: '*', exclude: ['kube-system'] });
    expect(settingsOf(cluster)).toMatchObject({ namespaces: '*', exclude: ['kube-system'] });
  });

  test.each([
    [
      'namespaces left out of named ones',
      { ...example, exclude: ['kube-system'] },
      'exclude',
      /namespaces are named one by one, so there is nothing to leave out; remove exclude/,
    ],
    [
      'snapshots that are moved and never made',
      { ...example, snapshotVolumes: false, moveSnapshots: true },
      'moveSnapshots',
      /no volumes are snapshotted, so there is nothing to move; remove/,
    ],
    [
      'a time zone, whose changes Velero does not bear',
      { ...example, protect: [full({ at: '02:30', timezone: 'Europe/Berlin' })] },
      'protect',
      /Velero skips a start that falls into the hour.*; remove timezone/,
    ],
    [
      'a namespace that Kubernetes refuses',
      { ...example, namespaces: ['Shop'] },
      'namespaces.0',
      /"Shop" is not the name of a Kubernetes namespace; /,
    ],
    [
      'no namespace',
      { ...example, namespaces: [] },
      'namespaces',
      /no namespace is named; write at least one/,
    ],
    [
      'a namespace that is not in a list',
      { ...example, namespaces: 'shop' },
      'namespaces',
      /"shop" is not a list of names; write some in brackets/,
    ],
    [
      'another key of Velero',
      { ...example, velero: { namspace: 'velero' } },
      'velero.namspace',
      /unknown key "namspace"; write "namespace"/,
    ],
    [
      'a row of Redis',
      { ...example, protect: [...example.protect, snapshot({ at: '03:00' })] },
      'protect.1.kind',
      /"snapshot" is not possible here/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
