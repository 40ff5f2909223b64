import { connectSql } from '../../../../../lib/engines/postgresql/connection.ts';
import { slotUse } from '../../../../../lib/engines/postgresql/wal/slot-use.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { asAgent, ROLE_STATEMENTS } from '../../../../support/backup-source.ts';
import { until } from '../../../../support/condition.ts';
import { type PostgresServer, startPostgres } from '../../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { MIB, records, SLOT, Streamer, write } from './streamer.ts';

let server: PostgresServer;
let folder: TempFolder;

beforeAll(async () => {
  server = await startPostgres({
    version: 15,
    initdb: ['--wal-segsize=1'],
    settings: { max_slot_wal_keep_size: '64MB' },
  });
  for (const statement of ROLE_STATEMENTS) await server.sql(statement);
  folder = await tempFolder('slot-use');
});
afterAll(async () => {
  await server?.dispose();
  await folder?.remove();
});

/** As the role that streams. */
async function ask(name: string) {
  const sql = await connectSql(asAgent(server.address), { signal: new AbortController().signal });
  try {
    return await slotUse(sql, name);
  } finally {
    await sql.end();
  }
}

describe('what a replication slot holds back', () => {
  test('grows with what is written, up to what the server keeps', async () => {
    await server.sql(`SELECT pg_create_physical_replication_slot('idle', true)`);
    const before = await ask('idle');
    await write(server, 8);
    const after = await ask('idle');
    expect((after?.retainedBytes ?? 0) - (before?.retainedBytes ?? 0)).toBeGreaterThan(7 * MIB);
    expect((before?.safeBytes ?? 0) - (after?.safeBytes ?? 0)).toBeGreaterThan(6 * MIB);
    const limit = (after?.retainedBytes ?? 0) + (after?.safeBytes ?? 0);
    expect(limit).toBeGreaterThan(60 * MIB);
    expect(limit).toBeLessThan(70 * MIB);
  });

  test('has no limit where the server sets none', async () => {
    await server.sql(`ALTER SYSTEM SET max_slot_wal_keep_size = -1`);
    await server.sql('SELECT pg_reload_conf()');
    await until('the setting holds', async () => (await ask('idle'))?.safeBytes === null);
  });

  test('is unknown of a slot that is not there, or keeps nothing', async () => {
    await server.sql(`SELECT pg_create_physical_replication_slot('unused', false)`);
    expect(await ask('absent')).toBeUndefined();
    expect(await ask('unused')).toBeUndefined();
  });

  test('is in the records of the streamer', async () => {
    const store = await openStore(`file://${folder.path}`);
    const streamer = new Streamer(store, 15, asAgent(server.address));
    try {
      await until('a record', async () => (await records(store)).some(({ slot }) => slot));
    } finally {
      await streamer.stop();
    }
    const own = await ask(SLOT);
    const recorded = (await records(store)).flatMap(({ slot }) => slot ?? []);
    await store.close();
    expect(own?.retainedBytes).toBeLessThan(16 * MIB);
    expect(recorded[0]).toEqual({
      retainedBytes: expect.any(Number),
      safeBytes: own?.safeBytes === null ? null : expect.any(Number),
    });
  });
});
