import { manifestSchema } from '../../../lib/catalog/manifest.ts';
import { recoveryPointsText } from '../../../lib/report/recovery-points.ts';
import { end, header } from '../../support/sample-backup.ts';

const FILE = {
  name: 'base.tar',
  size: 1,
  logicalSize: 1,
  logicalSha256: null,
  encoding: 'identity',
  objects: [{ name: 'base.tar', size: 1, sha256: '0'.repeat(64) }],
};

const point = (changes: Parameters<typeof header>[0], held = false) => ({
  manifest: manifestSchema.parse({
    format: 1,
    ...header(changes),
    ...end(),
    files: [FILE],
    storedBytes: 2048,
    logicalBytes: 4096,
    encryption: null,
    signature: null,
    tool: 'tidemark',
  }),
  hidden: false,
  held,
});

test('says what an incremental backup builds on', () => {
  const full = point({}, true);
  const child = point({
    id: '20261121T031500Z-incremental-0a1b2c3d',
    kind: 'incremental',
    tier: 'hourly',
    class: '1d',
    parent: full.manifest.id,
  });
  expect(recoveryPointsText([full, child]).split('\n')).toEqual([
    'backup                                 kind         tier    class  consistent at            stored   data     state',
    '20261121T030000Z-full-0a1b2c3d         full         daily   30d    2026-11-21 03:09:00 UTC  2.0 KiB  4.0 KiB  held',
    '20261121T031500Z-incremental-0a1b2c3d  incremental  hourly  1d     2026-11-21 03:09:00 UTC  2.0 KiB  4.0 KiB  builds on 20261121T030000Z-full-0a1b2c3d',
  ]);
});

test('has no column for what is said of none', () => {
  expect(recoveryPointsText([point({})])).not.toContain('state');
});

test('says why a backup was taken', () => {
  const text = recoveryPointsText([point({ label: 'pre-deploy' }), point({})]);
  const [head, labelled, other] = text.split('\n');
  expect(head).toMatch(/data +label$/);
  expect(labelled).toMatch(/4\.0 KiB +pre-deploy$/);
  expect(other).toMatch(/4\.0 KiB *$/);
});
