import { readBackups, readRuns } from '../../../../lib/catalog/reader.ts';
import { backupPostgresql } from '../../../../lib/engines/postgresql/base-backup.ts';
import type { ServerAddress } from '../../../../lib/engines/postgresql/connection.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { asAgent, ROLE_STATEMENTS, runContext, SOURCE } from '../../../support/backup-source.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

let server: PostgresServer;
let folder: TempFolder;
let store: ObjectStore;

beforeAll(async () => {
  server = await startPostgres({ version: 15 });
  for (const statement of ROLE_STATEMENTS) await server.sql(statement);
});
afterAll(() => server.dispose());
beforeEach(async () => {
  folder = await tempFolder('store');
  store = await openStore(`file://${folder.path}`);
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

const backup = (
  address: ServerAddress,
  options: { version?: 15 | 18; acceptSystemId?: string } = {},
) =>
  backupPostgresql(runContext(store, options.version ?? 15), {
    address,
    checkpoint: 'fast',
    ...(options.acceptSystemId === undefined ? {} : { acceptSystemId: options.acceptSystemId }),
  });

/** The backup is refused, nothing is committed, and the failure stands in the store. */
async function expectRefusal(refused: Promise<unknown>, found: RegExp, remedy: RegExp) {
  await expect(refused).rejects.toMatchObject({
    name: 'PreflightError',
    found: expect.stringMatching(found),
    remedy: expect.stringMatching(remedy),
  });
  await expectFailureRecord(found);
}

async function expectFailureRecord(error: RegExp) {
  const now = new Date();
  const runs = await readRuns(store, SOURCE, { from: now, to: now, action: 'backup' });
  expect(runs).toContainEqual(
    expect.objectContaining({
      outcome: 'failed',
      backup: null,
      error: expect.stringMatching(error),
    }),
  );
}

test('a wrong password says so and is recorded', async () => {
  await expect(backup({ ...server.address, password: 'wrong' })).rejects.toMatchObject({
    name: 'ServerConnectError',
  });
  await expectFailureRecord(/password authentication failed/);
  expect(await readBackups(store, SOURCE)).toEqual([]);
});

test('another major than the plan says is refused', async () => {
  await expectRefusal(
    backup(server.address, { version: 18 }),
    /PostgreSQL 15\.\d+ and the plan says 18/,
    /version: '15'/,
  );
});

test('a role without REPLICATION is told the statement', async () => {
  await server.sql("CREATE ROLE plain LOGIN PASSWORD 'plain'");
  await expectRefusal(
    backup({ ...server.address, user: 'plain', password: 'plain' }),
    /"plain" may not replicate/,
    /ALTER ROLE "plain" REPLICATION;/,
  );
});

test('a role that may not end a segment is told the grant, and the grant helps', async () => {
  await server.sql("CREATE ROLE half LOGIN REPLICATION PASSWORD 'half'");
  const address = { ...server.address, user: 'half', password: 'half' };
  await expectRefusal(backup(address), /pg_switch_wal/, /GRANT EXECUTE ON FUNCTION/);
  const error = await backup(address).catch((e: Error & { remedy: string }) => e);
  const grant = 'remedy' in error ? error.remedy.replace('run as superuser: ', '') : '';
  await server.sql(grant);
  await expect(backup(address)).resolves.toMatchObject({ kind: 'full' });
});

test.each([
  [{ wal_level: 'minimal', max_wal_senders: '0' }, /wal_level = minimal/, /wal_level = replica/],
  [{ max_wal_senders: '1' }, /0 of max_wal_senders = 1/, /raise max_wal_senders/],
  [{ max_replication_slots: '0' }, /max_replication_slots = 0/, /raise max_replication_slots/],
])('a server with %j is refused', async (settings, found, remedy) => {
  const other = await startPostgres({ version: 15, settings });
  try {
    await expectRefusal(backup(other.address), found, remedy);
  } finally {
    await other.dispose();
  }
});

test('another cluster is refused with both identifiers, unless it is accepted by name', async () => {
  const first = await backup(asAgent(server.address));
  const other = await startPostgres({ version: 15 });
  try {
    const [row] = await other.sql('SELECT system_identifier::text AS id FROM pg_control_system()');
    const id = String(row?.id);
    await expectRefusal(
      backup(other.address),
      new RegExp(`${id}.*${first.position.systemId}`),
      new RegExp(`acceptSystemId ${id}`),
    );
    await expectRefusal(
      backup(other.address, { acceptSystemId: first.position.systemId }),
      /not \d+ that was accepted/,
      /server you mean/,
    );
    const second = await backup(other.address, { acceptSystemId: id });
    expect(second.position.systemId).toBe(id);
    // From now on the new one is the source's cluster, and the old one is another.
    await expect(backup(other.address)).resolves.toMatchObject({ position: { systemId: id } });
    await expectRefusal(backup(server.address), new RegExp(id), /acceptSystemId/);
  } finally {
    await other.dispose();
  }
});

test('a store of another plan is refused and not written to', async () => {
  await backup(asAgent(server.address));
  const run = runContext(store, 15);
  await expect(
    backupPostgresql(
      { ...run, compiled: { ...run.compiled, plan: 'other' } },
      { address: server.address },
    ),
  ).rejects.toMatchObject({ name: 'ForeignStoreError' });
  const now = new Date();
  expect(await readRuns(store, SOURCE, { from: now, to: now, action: 'backup' })).toHaveLength(1);
});
