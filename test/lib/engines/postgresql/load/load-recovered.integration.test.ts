import { chown, mkdir, readdir } from 'node:fs/promises';
import {
  type LoadOptions,
  loadPostgresql,
} from '../../../../../lib/engines/postgresql/load/load.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type History, makeHistory, ROWS } from '../restore/history.ts';

describe('out of physical backups', () => {
  let history: History;
  let target: PostgresServer;
  let scratch: string;

  beforeAll(async () => {
    history = await makeHistory(18);
    target = await startPostgres({ version: 18 });
    scratch = history.newTarget();
    await mkdir(scratch);
    await chown(scratch, history.server.uid, history.server.gid);
  });
  afterAll(async () => {
    await target?.dispose();
    await history?.dispose();
  });

  test('comes the table that somebody dropped, as it was a moment before, and a whole database', async () => {
    const run = await history.context(history.store);
    const { binDir, uid, gid } = history.server;
    const load = (to: Date | 'latest', changes: Partial<LoadOptions> = {}) =>
      loadPostgresql(run, {
        address: target.address,
        database: 'postgres',
        table: { schema: 'public', name: 't', by: 'replace' },
        to,
        confirm: async () => {},
        noOwner: false,
        noPrivileges: false,
        noTablespaces: true,
        scratch,
        binDir,
        owner: { uid, gid },
        ...changes,
      });
    try {
      const result = await load(history.beforeDrop);
      expect(result.backup).toContain('-full-');
      const { rows } = history.rows;
      expect(result.rows).toEqual({
        'postgres.public.t': { before: null, backup: rows, after: rows },
      });
      expect(await target.sql(ROWS)).toEqual([history.rows]);
      expect(await target.sql(`SELECT FROM pg_indexes WHERE indexname = 't_pkey'`)).toHaveLength(1);

      await target.sql('DELETE FROM t WHERE id < 100');
      await load(history.beforeDrop);
      expect(await target.sql(ROWS)).toEqual([history.rows]);

      await expect(load('latest')).rejects.toThrow(/no rows of public.t|does not exist/);
      expect(await target.sql(ROWS)).toEqual([history.rows]);
      // What came after it is there, and the table is gone.
      const whole = await load('latest', { table: undefined, into: 'whole' });
      expect(whole.rows).toEqual({
        'postgres.public.far': { before: null, backup: 1004, after: 1004 },
      });
      expect(await readdir(scratch)).toEqual([]);
    } finally {
      await run.store.close();
    }
  });
});
