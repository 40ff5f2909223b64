import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PhysicalManifest } from '../../../../../lib/catalog/manifest.ts';
import { readBackups } from '../../../../../lib/catalog/reader.ts';
import { drillPostgresql } from '../../../../../lib/engines/postgresql/drill/drill.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import { verifyPostgresql } from '../../../../../lib/engines/postgresql/verify.ts';
import { Streaming } from '../../../../../lib/rehearsal/streaming.ts';
import { startBackupChild } from '../../../../support/backup-process.ts';
import { SOURCE } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { flipByte } from '../../../../support/flip-byte.ts';
import { momentOf } from '../restore/history.ts';
import { Cluster } from './cluster.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await Cluster.start(18);
  await cluster.server.sql(
    'CREATE TABLE t AS SELECT n, md5(n::text) AS text FROM generate_series(1, 100000) n',
  );
});
afterAll(() => cluster?.dispose());
beforeEach(() => cluster.forget());

/** A full backup and two incremental ones, the second of which builds on the first. */
async function chain(): Promise<[PhysicalManifest, PhysicalManifest, PhysicalManifest]> {
  const full = await cluster.full();
  const kept = (name: string) => ({ tiers: [{ tier: 'hourly' as const, class: name }] });
  await cluster.server.sql('DELETE FROM t WHERE n % 100 = 7');
  const first = await cluster.incremental(kept('30d'));
  await cluster.server.sql('INSERT INTO t SELECT max(n) + 1 FROM t');
  const second = await cluster.incremental(kept('1d'));
  expect([first.parent, second.parent]).toEqual([full.id, first.id]);
  return [full, first, second];
}

const ROWS = `SELECT count(*)::int AS rows, md5(string_agg(t::text, ',' ORDER BY n)) AS digest FROM t`;

describe('a chain that lost a link', () => {
  test('is not restored, told by a verification, and not built on', async () => {
    const [full, first, second] = await chain();
    await rm(await cluster.fileOf(first, `${first.id}.json`));
    const lost = new RegExp(`${second.id} .*builds on ${first.id}, of which there is no manifest`);
    const target = cluster.newTarget();
    await expect(
      cluster.restore({ to: 'latest', backup: second.id }, target),
    ).rejects.toMatchObject({ name: 'RestoreWindowError', message: expect.stringMatching(lost) });
    expect(await readdir(cluster.folder)).not.toContain(target);

    const { outcome, backups } = await verifyPostgresql(cluster.run(), 'all');
    expect(outcome).toBe('failed');
    expect(backups.filter(({ problems }) => problems.length > 0)).toMatchObject([
      { id: second.id, problems: [expect.stringMatching(/it cannot be restored/)] },
    ]);
    // What does not need it still leads back.
    expect((await cluster.restore({ to: 'latest' })).backup).toBe(full.id);
    expect(cluster.warnings().join()).toMatch(lost);
    expect((await cluster.incremental()).parent).toBe(full.id);
  });

  test.each([
    ['base.tar', 0],
    ['base.tar', 1],
    ['backup_manifest', 1],
  ])('is refused with one flipped byte in %s of link %i', async (name, index) => {
    const links = await chain();
    const damaged = links[index] as PhysicalManifest;
    await flipByte(await cluster.fileOf(damaged, `/${name}`));
    const target = cluster.newTarget();
    await expect(cluster.restore({ to: 'latest' }, target)).rejects.toMatchObject({
      name: 'DamagedError',
      message: expect.stringContaining(damaged.id),
    });
    expect(await readdir(target)).toContain('TIDEMARK-INCOMPLETE');
    const { backups } = await verifyPostgresql(cluster.run(), 'newest');
    expect(backups.map(({ id, problems }) => [id, problems.length > 0])).toEqual(
      links.map(({ id }, place) => [id, place >= index]),
    );
  });
});

test('a backup that is killed leaves nothing, and the next one builds on what was there', async () => {
  const full = await cluster.full();
  await cluster.server.sql('UPDATE t SET text = md5(text)');
  const child = startBackupChild({
    url: cluster.store.url,
    address: cluster.server.address,
    version: 18,
    bytesPerSecond: 1024 * 1024,
    protections: cluster.run().source.protections,
    kind: 'incremental',
  });
  await child.flowing;
  process.kill(child.pid, 'SIGKILL');
  await expect(child.result).rejects.toThrow(/SIGKILL/);
  expect(await readBackups(cluster.store, SOURCE)).toHaveLength(1);
  // Its lock ends with it, as its slot does.
  expect(await cluster.incremental()).toMatchObject({ kind: 'incremental', parent: full.id });
  expect(await cluster.server.sql('SELECT slot_name FROM pg_replication_slots')).toEqual([]);
});

test('of two at once one is refused', async () => {
  await cluster.full();
  const ends = await Promise.allSettled([cluster.incremental(), cluster.incremental()]);
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { name: 'LockHeldError' },
  });
});

test('it waits for a summarizer that lags behind', async () => {
  const full = await cluster.full();
  await cluster.server.sql('INSERT INTO t SELECT max(n) + 1 FROM t');
  const [{ pid } = {}] = await cluster.server.sql(
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsummarizer'",
  );
  process.kill(Number(pid), 'SIGSTOP');
  const taking = cluster.incremental();
  try {
    await until('the backup waits for the summarizer', async () => {
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'WalSummaryReady'";
      return (await cluster.server.sql(waiting)).length > 0;
    });
  } finally {
    process.kill(Number(pid), 'SIGCONT');
  }
  expect(await taking).toMatchObject({ kind: 'incremental', parent: full.id });
});

test('what it needs to combine backups is looked for before anything is written', async () => {
  await chain();
  const binDir = await cluster.place('programs');
  await symlink(join(cluster.server.binDir, 'postgres'), join(binDir, 'postgres'));
  const target = cluster.newTarget();
  const { uid, gid } = cluster.server;
  await expect(
    restorePostgresql(cluster.run(), { to: 'latest', target, binDir, owner: { uid, gid } }),
  ).rejects.toThrow(/pg_combinebackup, which is not in .*restore a full backup by its id/);
  await expect(readdir(target)).rejects.toThrow(/ENOENT/);
});

test('a restore that is interrupted while backups are combined ends at once and says that it did not finish', async () => {
  await chain();
  const stop = new AbortController();
  const run = cluster.run({}, { signal: stop.signal });
  const report = ({ message }: { message: string }) => {
    if (message.startsWith('combining')) setImmediate(() => stop.abort(new Error('enough')));
  };
  const target = cluster.newTarget();
  const { binDir, uid, gid } = cluster.server;
  await expect(
    restorePostgresql({ ...run, report }, { to: 'latest', target, binDir, owner: { uid, gid } }),
  ).rejects.toThrow('enough');
  expect(await readdir(target)).toContain('TIDEMARK-INCOMPLETE');
  await expect(promisify(execFile)('pgrep', ['-f', target])).rejects.toMatchObject({ code: 1 });
});

test('what the programs say is in the error', async () => {
  await chain();
  const binDir = await cluster.place('broken programs');
  for (const name of ['postgres', 'pg_verifybackup']) {
    await symlink(join(cluster.server.binDir, name), join(binDir, name));
  }
  const broken = '#!/bin/sh\necho "could not write: No space left on device" >&2\nexit 1\n';
  await writeFile(join(binDir, 'pg_combinebackup'), broken, { mode: 0o755 });
  const { uid, gid } = cluster.server;
  const target = cluster.newTarget();
  await expect(
    restorePostgresql(cluster.run(), { to: 'latest', target, binDir, owner: { uid, gid } }),
  ).rejects.toMatchObject({
    name: 'RecoveryError',
    message: 'pg_combinebackup failed (exit code 1): could not write: No space left on device',
  });
});

describe('with the WAL behind it', () => {
  test('a chain leads to a moment, and a drill of it proves that', async () => {
    const { server } = cluster;
    const run = cluster.run();
    const streaming = Streaming.start(run, server.address);
    let child: PhysicalManifest;
    let moment: Date;
    let rows: Record<string, unknown> | undefined;
    try {
      await streaming.failsWith(cluster.full());
      await server.sql('DELETE FROM t WHERE n % 11 = 3');
      child = await streaming.failsWith(cluster.incremental());
      await server.sql('UPDATE t SET text = text || text WHERE n % 500 = 0');
      [rows] = await server.sql(ROWS);
      moment = await momentOf(server);
      await server.sql('DELETE FROM t');
      await streaming.failsWith(streaming.provenUpTo(await momentOf(server)));
    } finally {
      await streaming.stop();
    }

    const target = cluster.newTarget();
    expect((await cluster.restore({ to: moment }, target)).backup).toBe(child.id);
    expect(await cluster.ask(target, ROWS)).toEqual([rows]);

    const scratch = cluster.newTarget();
    await mkdir(scratch);
    const { binDir, uid, gid } = server;
    await chown(scratch, uid, gid);
    const options = { scratch, binDir, owner: { uid, gid }, amcheck: true };
    const drill = await drillPostgresql(run, {
      ...options,
      target: moment,
      expectations: [{ query: 'SELECT count(*) FROM t', expected: String(rows?.rows) }],
    });
    expect(drill).toMatchObject({ outcome: 'succeeded', backup: child.id, problems: [] });
    expect(await readdir(scratch)).toEqual([]);
  });
});
