import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { backupPostgresql } from '../../../../../lib/engines/postgresql/base-backup.ts';
import { parseLsn } from '../../../../../lib/engines/postgresql/lsn.ts';
import { restorePostgresql } from '../../../../../lib/engines/postgresql/restore/restore.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS, runContext } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { startStandby } from '../../../../support/postgres-standby.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import {
  compareWithServer,
  expectUnbroken,
  insertPosition,
  records,
  Streamer,
  write,
} from './streamer.ts';

describe.each([15, 18] as const)('PostgreSQL %i', (version) => {
  let primary: PostgresServer;
  let standby: PostgresServer;
  let folder: TempFolder;
  let store: ObjectStore;
  const ends: (() => Promise<unknown>)[] = [];

  const rows = async (server: PostgresServer) =>
    (
      await server.sql(
        "SELECT count(*)::int AS n, md5(string_agg(text, '' ORDER BY n, text)) AS md5 FROM filler",
      )
    )[0];

  beforeAll(async () => {
    folder = await tempFolder('standby');
    await chmod(folder.path, 0o755);
    store = await openStore(`file://${join(folder.path, 'store')}`);
    primary = await startPostgres({
      version,
      initdb: ['--wal-segsize=1'],
      // A primary that has nothing to send says so once in half of this time.
      settings: { wal_keep_size: '512MB', wal_sender_timeout: '1s' },
    });
    for (const statement of ROLE_STATEMENTS) await primary.sql(statement);
    await primary.sql('GRANT pg_read_all_stats TO tidemark');
    await write(primary, 2);
    standby = await startStandby(primary, version);
  });

  afterAll(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await standby.dispose();
    await primary.dispose();
    await store.close();
    await folder.remove();
  });

  /** Restores and starts what came back. */
  async function restored(name: string, backup?: string): Promise<PostgresServer> {
    const target = join(folder.path, name);
    await restorePostgresql(runContext(store, version), {
      target,
      to: 'latest',
      ...(backup === undefined ? {} : { backup }),
      binDir: primary.binDir,
      owner: { uid: primary.uid, gid: primary.gid },
    });
    const { password } = primary.address;
    const server = await startPostgres({ version, existing: { dataDir: target, password } });
    ends.push(() => server.dispose());
    return server;
  }

  test('is refused where the plan means a primary', async () => {
    const run = runContext(store, version);
    await expect(
      backupPostgresql(run, { address: asAgent(standby.address) }),
    ).rejects.toMatchObject({
      name: 'PreflightError',
      message: expect.stringContaining("role: 'standby'"),
    });
  });

  test('a base backup ends in the middle of a segment, which nobody can end, and comes back', async () => {
    await write(primary, 2);
    await primary.sql('CHECKPOINT');
    await primary.sql("SELECT pg_logical_emit_message(true, 'mark', 'written')");
    await until(
      'the standby has it',
      async () => (await rows(standby))?.n === (await rows(primary))?.n,
    );
    // Written pages move its point of consistency into a segment.
    await standby.sql('CHECKPOINT');
    const run = runContext(store, version, { role: 'standby' });
    const { id, files, position } = await backupPostgresql(run, {
      address: asAgent(standby.address),
      checkpoint: 'fast',
    });
    const partial = files.find(({ name }) => name.includes('.partial-'))?.name ?? '';
    const [, end = '0'] = /\.partial-([0-9A-F]{16})/.exec(partial) ?? [];
    expect(BigInt(`0x${end}`)).toBeGreaterThanOrEqual(parseLsn(position.endLsn));
    expect(await rows(await restored('own', id))).toEqual(await rows(primary));
  });

  test('WAL is streamed on through its promotion, and a quiet primary is proven to be quiet', async () => {
    const streamer = new Streamer(store, version, asAgent(standby.address), { role: 'standby' });
    ends.push(() => streamer.stop().catch(() => undefined));
    await streamer.reaches(await write(primary, 3));
    const [commit] = await standby.sql('SELECT pg_last_xact_replay_timestamp() AS at');
    await until('time goes on without a commit', () => {
      const at = streamer.progress.at(-1)?.serverTime;
      return at !== null && at !== undefined && at > (commit?.at as Date);
    });
    await compareWithServer(store, primary);

    await primary.stop();
    await standby.sql('SELECT pg_promote()');
    const end = await write(standby, 3);
    await streamer.reaches(end);
    await streamer.stop();
    const runs = await records(store);
    expect(runs.every(({ gap, outcome }) => gap === null && outcome === 'succeeded')).toBe(true);
    expect(runs.at(-1)?.timeline).toBe(2);
    expectUnbroken(runs);
    expect(await insertPosition(standby)).toBeGreaterThanOrEqual(end);
    expect(await rows(await restored('promoted'))).toEqual(await rows(standby));
  });
});
