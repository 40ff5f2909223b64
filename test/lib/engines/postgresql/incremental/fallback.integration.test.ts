import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBackups } from '../../../../../lib/catalog/reader.ts';
import { backupIncremental } from '../../../../../lib/engines/postgresql/incremental/incremental-backup.ts';
import { verifyPostgresql } from '../../../../../lib/engines/postgresql/verify.ts';
import { runContext, SOURCE } from '../../../../support/backup-source.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import { startPostgres } from '../../../../support/postgres-server.ts';
import { Cluster } from './cluster.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start(17);
  await cluster.server.sql('CREATE TABLE t AS SELECT generate_series(1, 10000) AS n');
});
afterAll(() => cluster?.dispose());
beforeEach(() => cluster.forget());

const HOURS_LATER = { now: () => new Date(Date.now() + 3 * 3_600_000) };

/** With the WAL that they were made from, or the server would make them again. */
async function loseSummaries(): Promise<void> {
  const { server } = cluster;
  for (let segment = 0; segment < 3; segment++) {
    await server.sql('INSERT INTO t VALUES (0)');
    await server.sql('SELECT pg_switch_wal()');
    await server.sql('CHECKPOINT');
  }
  await server.stop();
  await rm(join(server.dataDir, 'pg_wal', 'summaries'), { recursive: true });
  await server.start();
}

/** It is a full one, why is said, and the next one builds on it. */
async function expectFull(why: RegExp, changes: Parameters<Cluster['incremental']>[1] = {}) {
  const instead = await cluster.incremental({}, changes);
  expect(instead).toMatchObject({ kind: 'full', parent: null });
  expect(cluster.warnings().join()).toMatch(why);
  expect(cluster.warnings().join()).toContain('taking a full backup instead');
  const [failed, succeeded] = (await cluster.recorded()).slice(-2);
  expect(failed).toMatchObject({ kind: 'incremental', outcome: 'failed', backup: null });
  expect(failed?.error).toMatch(why);
  expect(succeeded).toMatchObject({ kind: 'full', outcome: 'succeeded', backup: instead.id });
  const next = await cluster.incremental({}, changes);
  expect(next).toMatchObject({ kind: 'incremental', parent: instead.id });
}

describe('a full backup is taken at once', () => {
  test('where there is none yet', () => expectFull(/there is no base backup yet/));

  test('where an object of the one before is gone', async () => {
    const full = await cluster.full();
    await rm(await cluster.fileOf(full, '/base.tar'));
    await expectFull(new RegExp(`base\\.tar\\S* of ${full.id} is gone`));
  });

  test('where the list of files of the one before was altered', async () => {
    const full = await cluster.full();
    await flipByte(await cluster.fileOf(full, '/backup_manifest'));
    await expectFull(/backup_manifest\S* (was altered|does not decode)/);
  });

  test('where a verification has found damage in the one before', async () => {
    const full = await cluster.full();
    await flipByte(await cluster.fileOf(full, '/base.tar'));
    await verifyPostgresql(cluster.run(), 'all');
    await expectFull(new RegExp(`a verification found damage in ${full.id}`));
  });

  test('where the one before would expire first', async () => {
    const full = await cluster.full();
    await expect(
      cluster.incremental({ tiers: [{ tier: 'hourly', class: 'forever' }] }),
    ).resolves.toMatchObject({ kind: 'full' });
    expect(cluster.warnings().join()).toMatch(
      new RegExp(`${full.id} is kept until \\S+ and an incremental backup of now until further`),
    );
  });

  test('where the server has lost its summaries', async () => {
    const full = await cluster.full();
    await loseSummaries();
    await expectFull(
      new RegExp(`cannot tell what has changed since ${full.id}.*summaries`),
      HOURS_LATER,
    );
  });

  test('where the server was promoted to another timeline', async () => {
    const full = await cluster.full();
    const { server } = cluster;
    await server.stop();
    await writeFile(join(server.dataDir, 'standby.signal'), '');
    await server.start();
    await server.sql('SELECT pg_promote()');
    await expectFull(new RegExp(`${full.id} is of timeline 1, and the server writes timeline 2`));
  });
});

describe('nothing is taken', () => {
  test('while summarize_wal is off, which no full backup makes good', async () => {
    const { server } = cluster;
    await server.sql('ALTER SYSTEM SET summarize_wal = off');
    await server.sql('SELECT pg_reload_conf()');
    await expect(cluster.incremental()).rejects.toMatchObject({
      name: 'PreflightError',
      message: expect.stringMatching(/summarize_wal = off.*ALTER SYSTEM SET summarize_wal = on/),
    });
    await server.sql('ALTER SYSTEM RESET summarize_wal');
    await server.sql('SELECT pg_reload_conf()');
    expect(await readBackups(cluster.store, SOURCE)).toEqual([]);
    expect(await cluster.recorded()).toMatchObject([{ kind: 'incremental', outcome: 'failed' }]);
  });

  test('of a server that has no incremental backups', async () => {
    const older = await startPostgres({ version: 15 });
    const run = runContext(cluster.store, 15);
    const { source } = cluster.run();
    const protections = { ...run.source, protections: source.protections };
    await expect(
      backupIncremental({ ...run, source: protections }, { address: older.address }),
    ).rejects.toMatchObject({
      name: 'PreflightError',
      message: expect.stringContaining('PostgreSQL 15 has no incremental base backups'),
    });
    await older.dispose();
  });

  test('where a full backup would not end within the time of the job', async () => {
    const full = await cluster.full();
    await rm(await cluster.fileOf(full, '/base.tar'));
    await expect(cluster.incremental({ deadlineSeconds: 0.001 })).rejects.toMatchObject({
      name: 'FullNeededError',
      message: expect.stringMatching(
        /base\.tar\S* of .* is gone; a full backup is needed, which took .* tidemark backup --kind full/,
      ),
    });
    expect(await readBackups(cluster.store, SOURCE)).toHaveLength(1);
  });

  test('where the plan takes no full backups', async () => {
    const run = cluster.run();
    const protections = run.source.protections.filter(({ kind }) => kind !== 'full');
    await expect(
      backupIncremental(
        { ...run, source: { ...run.source, protections } },
        { address: cluster.server.address },
      ),
    ).rejects.toThrow(/takes no full backups instead: add full\(/);
  });

  test('where a full backup has just been taken and did not help', async () => {
    await cluster.full();
    await loseSummaries();
    await expect(cluster.incremental()).rejects.toThrow(
      /that one is only .* old, so a full backup would not help/,
    );
    expect(await readBackups(cluster.store, SOURCE)).toHaveLength(1);
  });
});
