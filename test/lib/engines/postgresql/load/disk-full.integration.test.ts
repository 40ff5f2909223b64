import { execFile } from 'node:child_process';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunEvent } from '../../../../../lib/engines/run.ts';
import { dumpInto } from './dumped.ts';
import { type Loading, startLoading } from './loading.ts';
import { inDatabase } from './sample-database.ts';

const run = promisify(execFile);

describe('a server whose disk has no room for two', () => {
  let loading: Loading;
  let mount: string;

  beforeAll(async () => {
    loading = await startLoading(15, 10);
    const { server, folder } = loading;
    mount = join(folder, 'small');
    await mkdir(mount);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', mount]);
    for (const path of [folder, mount]) await chown(path, server.uid, server.gid);
    await server.sql(`CREATE TABLESPACE small LOCATION '${mount}'`);
    await server.sql('CREATE DATABASE tight TABLESPACE small');
    await inDatabase(
      server,
      'tight',
      'CREATE TABLE t AS SELECT repeat(md5(i::text), 5) AS text FROM generate_series(1, 80000) i',
    );
  });
  afterAll(async () => {
    await loading?.server.stop('immediate');
    if (mount) await run('umount', [mount]);
    await loading?.dispose();
  });

  const rows = () => inDatabase(loading.server, 'tight', 'SELECT count(*)::int FROM t');

  test('keeps the old database, and takes the new one where the old one goes first', async () => {
    const tight = { database: 'tight', confirm: async () => {} };
    await dumpInto(loading.store, loading.server, ['tight']);
    const told: string[] = [];
    const report = ({ message }: RunEvent) => told.push(message);
    await expect(loading.load({ ...tight, replace: 'keep' }, { report })).rejects.toThrow(
      /No space left on device/,
    );
    expect(await rows()).toEqual([{ count: 80_000 }]);
    // A server without room may not be able to remove it at once either: then it says so.
    const left = await loading.leftovers();
    const warned = told.some((message) => message.includes('the next load of tight removes it'));
    expect(left.length > 0).toBe(warned);
    await loading.load({ ...tight, replace: 'drop-first' });
    expect(await rows()).toEqual([{ count: 80_000 }]);
    expect(await loading.leftovers()).toEqual([]);
  });
});
