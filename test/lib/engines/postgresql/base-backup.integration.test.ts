import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { PhysicalManifest } from '../../../../lib/catalog/manifest.ts';
import { readBackups, readRuns } from '../../../../lib/catalog/reader.ts';
import { verifyBackup } from '../../../../lib/catalog/verify.ts';
import { backupPostgresql } from '../../../../lib/engines/postgresql/base-backup.ts';
import { parseLsn, segmentName } from '../../../../lib/engines/postgresql/lsn.ts';
import type { RunEvent } from '../../../../lib/engines/run.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS, runContext, SOURCE } from '../../../support/backup-source.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { relocateTablespaces, unpackBackup } from '../../../support/unpack-backup.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let server: PostgresServer;
  let folder: TempFolder;
  let tablespace: TempFolder;
  let unpacked: TempFolder;
  let store: ObjectStore;
  let manifest: PhysicalManifest;
  const events: RunEvent[] = [];

  beforeAll(async () => {
    server = await startPostgres({ version, tls: true, settings: { autovacuum: 'off' } });
    [folder, tablespace, unpacked] = (await Promise.all(
      ['store', 'tablespace', 'unpacked'].map((name) => tempFolder(name)),
    )) as [TempFolder, TempFolder, TempFolder];
    await chown(tablespace.path, server.uid, server.gid);
    store = await openStore(`file://${folder.path}`);
    for (const statement of ROLE_STATEMENTS) await server.sql(statement);
    await server.sql(`CREATE TABLESPACE elsewhere LOCATION '${tablespace.path}'`);
    await server.sql(
      'CREATE TABLE here AS SELECT n, md5(n::text) FROM generate_series(1, 50000) n',
    );
    await server.sql(
      'CREATE TABLE there TABLESPACE elsewhere AS SELECT n, md5(n::text) FROM generate_series(1, 20000) n',
    );
    manifest = await backupPostgresql(
      runContext(store, version, { report: (event) => events.push(event) }),
      { address: asAgent(server.address), checkpoint: 'fast' },
    );
  });

  afterAll(async () => {
    await server.dispose();
    await store.close();
    await Promise.all([folder, tablespace, unpacked].map((each) => each.remove()));
  });

  test('the manifest says what was taken', async () => {
    expect(await readBackups(store, SOURCE)).toEqual([manifest]);
    const [control] = await server.sql(
      "SELECT system_identifier::text AS id, (SELECT oid::text FROM pg_tablespace WHERE spcname = 'elsewhere') AS oid FROM pg_control_system()",
    );
    expect(manifest).toMatchObject({
      kind: 'full',
      tier: 'monthly',
      class: '366d',
      parent: null,
      serverVersion: expect.stringMatching(new RegExp(`^${version}\\.`)),
      position: {
        systemId: control?.id,
        timeline: 1,
        walSegmentSize: 16 * 1024 * 1024,
        tablespaces: [
          { oid: control?.oid, location: tablespace.path, file: `${control?.oid}.tar.zst` },
        ],
      },
    });
    const { startedAt, consistentAt, completedAt } = manifest;
    expect(startedAt <= consistentAt && consistentAt <= completedAt).toBe(true);
  });

  test('it holds its archives, the server’s manifest and its own WAL, whole segments without a gap', () => {
    const names = manifest.files.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'base.tar.zst',
        `${manifest.position.tablespaces[0]?.oid}.tar.zst`,
        'backup_manifest.zst',
      ]),
    );
    const { startLsn, endLsn, walSegmentSize } = manifest.position;
    const wanted: string[] = [];
    for (
      let lsn = parseLsn(startLsn) - (parseLsn(startLsn) % BigInt(walSegmentSize));
      lsn < parseLsn(endLsn);
      lsn += BigInt(walSegmentSize)
    ) {
      wanted.push(`wal/${segmentName(1, lsn, walSegmentSize)}.zst`);
    }
    const wal = manifest.files.filter(({ name }) => name.startsWith('wal/'));
    expect(wal.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
    expect(new Set(wal.map(({ logicalSize }) => logicalSize))).toEqual(new Set([walSegmentSize]));
  });

  test('every stored byte matches its digests', async () => {
    const result = await verifyBackup(store, manifest);
    expect(result.problems).toEqual([]);
  });

  test('the run is recorded, the progress reported, and nothing stays on the server', async () => {
    const now = new Date();
    const runs = await readRuns(store, SOURCE, { from: now, to: now, action: 'backup' });
    expect(runs).toMatchObject([
      {
        outcome: 'succeeded',
        error: null,
        kind: 'full',
        backup: manifest.id,
        storedBytes: manifest.storedBytes,
        logicalBytes: manifest.logicalBytes,
      },
    ]);
    expect(events.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('checkpoint'),
        expect.stringContaining('copying'),
      ]),
    );
    expect(await server.sql('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
  });

  test('what tar unpacks is a cluster that recovers from its own WAL alone', async () => {
    const dataDir = await unpackBackup(store, manifest, unpacked.path, server);
    if (version === 15) {
      // The embedded 18 comes without it.
      await promisify(execFile)(`${server.binDir}/pg_verifybackup`, [dataDir]);
    }
    await relocateTablespaces(manifest, unpacked.path);
    const restored = await startPostgres({
      version,
      existing: { dataDir, password: server.address.password },
    });
    try {
      for (const table of ['here', 'there']) {
        const question = `SELECT count(*)::int AS rows, md5(string_agg(t::text, ',' ORDER BY n)) AS digest FROM ${table} t`;
        expect(await restored.sql(question)).toEqual(await server.sql(question));
      }
      expect(await restored.log()).toContain('consistent recovery state reached');
    } finally {
      await restored.dispose();
    }
  });

  test('a second backup takes the next shorter tier', async () => {
    const second = await backupPostgresql(runContext(store, version), {
      address: asAgent(server.address),
      checkpoint: 'fast',
    });
    expect(second.tier).toBe('daily');
    expect(second.class).toBe('7d');
    expect((await readBackups(store, SOURCE)).map(({ id }) => id)).toEqual([
      manifest.id,
      second.id,
    ]);
  });
});

test('a cluster with small segments brings as many of them as it needs', async () => {
  const server = await startPostgres({ version: 15, initdb: ['--wal-segsize=1'] });
  const folder = await tempFolder('store');
  const store = await openStore(`file://${folder.path}`);
  try {
    const writing = server.sql(
      'CREATE TABLE filler AS SELECT n, md5(n::text) FROM generate_series(1, 200000) n',
    );
    const manifest = await backupPostgresql(runContext(store, 15), {
      address: server.address,
      checkpoint: 'fast',
    });
    await writing;
    expect(manifest.position.walSegmentSize).toBe(1024 * 1024);
    const unpacked = await tempFolder('unpacked');
    const dataDir = await unpackBackup(store, manifest, unpacked.path, server);
    await promisify(execFile)(`${server.binDir}/pg_verifybackup`, [dataDir]);
    await unpacked.remove();
  } finally {
    await server.dispose();
    await folder.remove();
  }
});
