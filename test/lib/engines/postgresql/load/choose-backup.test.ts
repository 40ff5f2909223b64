import { pathToFileURL } from 'node:url';
import { manifestKey } from '../../../../../lib/catalog/keys.ts';
import { manifestSchema } from '../../../../../lib/catalog/manifest.ts';
import {
  chooseBackup,
  logicalBackups,
} from '../../../../../lib/engines/postgresql/load/choose-backup.ts';
import {
  isLogical,
  type LogicalManifest,
} from '../../../../../lib/engines/postgresql/logical/position.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { logicalRun } from '../../../../support/logical-source.ts';
import { chunks, end, header, logicalPosition } from '../../../../support/sample-backup.ts';
import { tempFolder } from '../../../../support/temp-folder.ts';

function dump(id: string, data: boolean): LogicalManifest {
  const manifest = manifestSchema.parse({
    format: 1,
    ...header({ id, kind: 'logical' }),
    ...end({ position: logicalPosition({ databases: ['shop'], data }) }),
    files: [
      {
        name: 'databases/shop.dump.zst',
        size: 1,
        logicalSize: 1,
        logicalSha256: '0'.repeat(64),
        encoding: 'zstd',
        objects: [{ name: 'databases/shop.dump.zst', size: 1, sha256: '0'.repeat(64) }],
      },
    ],
    storedBytes: 1,
    logicalBytes: 1,
    encryption: null,
    signature: null,
    tool: 'tidemark',
  });
  if (!isLogical(manifest)) throw new Error('a dump');
  return manifest;
}

const SHOP = { database: 'shop', table: undefined, backup: undefined };

test('a database comes with its rows: definitions alone take the place of nothing', () => {
  const backups = [dump('definitions', false), dump('rows', true)];
  expect(chooseBackup(backups, SHOP).backup.id).toBe('rows');
  expect(() => chooseBackup(backups.slice(0, 1), SHOP)).toThrow(
    'definitions holds definitions of shop and no rows, which are loaded where --backup names it; and no older backup has it',
  );
});

test('definitions alone, where somebody names the backup', () => {
  const backups = [dump('newer', true), dump('definitions', false)];
  const found = chooseBackup(backups, { ...SHOP, backup: 'definitions' });
  expect(found.backup.id).toBe('definitions');
  expect(() =>
    chooseBackup(backups, {
      ...SHOP,
      table: { schema: 'public', name: 'orders' },
      backup: 'definitions',
    }),
  ).toThrow('definitions holds definitions of shop and no rows; choose another one');
});

test('a dump whose manifest cannot be read may be the newest one: nothing older takes its place unasked', async () => {
  const folder = await tempFolder('unreadable');
  const store = await openStore(pathToFileURL(folder.path).href);
  try {
    const run = logicalRun(store, 17);
    const key = manifestKey('30d', run.source.name, '20261121T023000Z-logical-5d41402a');
    await store.put(key, chunks('{'));
    await expect(logicalBackups(run, true)).rejects.toMatchObject({
      name: 'LoadRefusedError',
      message: expect.stringContaining('name the backup that is wanted with --backup'),
    });
    expect(await logicalBackups(run, false)).toEqual([]);
  } finally {
    await store.close();
    await folder.remove();
  }
});
