import { roleName } from '../../../../../lib/access/role-names.ts';
import { dataPrefix } from '../../../../../lib/catalog/keys.ts';
import type { PhysicalManifest } from '../../../../../lib/catalog/manifest.ts';
import { readBackups } from '../../../../../lib/catalog/reader.ts';
import { verifyPostgresql } from '../../../../../lib/engines/postgresql/verify.ts';
import { openStore } from '../../../../../lib/stores/open.ts';
import { SOURCE } from '../../../../support/backup-source.ts';
import { hideAll, removeHidden } from '../../../../support/expiry.ts';
import { roleSession } from '../../../../support/role-session.ts';
import { type S3Server, startS3 } from '../../../../support/s3-server.ts';
import { templates } from '../../../stacks/environment.ts';
import { roleStatements } from '../../../stacks/policy.ts';
import { Cluster } from './cluster.ts';

const ROWS = `SELECT count(*)::int AS rows, md5(string_agg(t::text, ',' ORDER BY n)) AS digest FROM t`;

let s3: S3Server;
let cluster: Cluster;
let buckets = 0;
let bucket: string;

beforeAll(async () => {
  [s3, cluster] = await Promise.all([startS3(), Cluster.start(17)]);
  await cluster.server.sql(
    'CREATE TABLE t AS SELECT n, md5(n::text) AS text FROM generate_series(1, 20000) n',
  );
});
afterAll(async () => {
  await cluster?.dispose();
  await s3?.stop();
});
beforeEach(async () => {
  bucket = `bucket-${buckets++}`;
  await s3.createBucket(bucket, { objectLock: true });
  await cluster.forget(await openStore(s3.url(bucket), { credentials: s3 }));
});

/** A full backup, one that builds on it, and the rows that this one holds. */
async function chain() {
  const full = await cluster.full();
  await cluster.server.sql('DELETE FROM t WHERE n = (SELECT max(n) FROM t)');
  const child = await cluster.incremental();
  expect(child.parent).toBe(full.id);
  const [rows] = await cluster.server.sql(ROWS);
  return { full, child, rows };
}

/** The day on which a lifecycle ends the promise of a class. */
async function expire(className: string): Promise<void> {
  for (const part of ['catalog', 'data']) await hideAll(s3, bucket, `${part}/${className}/`);
}

const without = ({ class: name, source, id }: PhysicalManifest) => dataPrefix(name, source, id);

test('what expires first is the child, and the full backup leads back without it', async () => {
  const { full, child } = await chain();
  expect([full.class, child.class]).toEqual(['366d', '1d']);
  await expire(child.class);
  await removeHidden(s3, bucket);
  expect((await cluster.restore({ to: 'latest' })).backup).toBe(full.id);
  expect((await cluster.incremental()).parent).toBe(full.id);
});

test('a parent that somebody deleted is found behind its delete marker, and nothing more is built on it', async () => {
  const { full, child, rows } = await chain();
  await expire(full.class);
  const target = cluster.newTarget();
  expect((await cluster.restore({ to: 'latest' }, target)).backup).toBe(child.id);
  expect(await cluster.ask(target, ROWS)).toEqual([rows]);
  expect(cluster.warnings().join()).toMatch(
    new RegExp(`${full.id} has expired or was deleted.*no hold on it is known`),
  );
  expect(await cluster.incremental()).toMatchObject({ kind: 'full' });
  expect(cluster.warnings().join()).toMatch(
    new RegExp(`${child.id} builds on ${full.id}, of which there is no manifest`),
  );
});

test('an object of the parent that somebody deleted keeps the next one from building on it', async () => {
  const { full } = await chain();
  await hideAll(s3, bucket, `${without(full)}base.tar`);
  expect(await cluster.incremental()).toMatchObject({ kind: 'full' });
  expect(cluster.warnings().join()).toMatch(new RegExp(`base.tar\\S* of ${full.id} is gone`));
});

test('the rights of the writer are enough to take one, and not to read what it builds on', async () => {
  const run = cluster.run();
  // Each class takes room in a policy, of which a session has little.
  const protections = run.source.protections
    .filter(({ kind }) => kind !== 'wal')
    .map((row) => (row.kind === 'full' ? { ...row, tiers: row.tiers.slice(0, 1) } : row));
  const source = { ...run.source, protections };
  const compiled = { ...run.compiled, sources: [source] };
  const { primary } = compiled.buckets;
  await s3.createBucket(primary, { objectLock: true });
  const name = roleName(compiled, compiled.regions.primary, 'writer', SOURCE);
  const session = await roleSession(s3, roleStatements(templates(compiled).primary, name));
  const credentials = {
    accessKeyId: session.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: session.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: session.AWS_SESSION_TOKEN ?? '',
  };
  await cluster.forget(await openStore(s3.url(primary), { credentials }));
  const full = await cluster.incremental({}, { compiled, source });
  const child = await cluster.incremental({}, { compiled, source });
  expect([full.kind, child.kind, child.parent]).toEqual(['full', 'incremental', full.id]);
  const archive = full.files.find(({ name }) => name.startsWith('base.tar'));
  const key = `${without(full)}${archive?.objects[0]?.name}`;
  await expect(cluster.store.get(key)).rejects.toMatchObject({ name: 'StoreAccessError' });
});

test('a verified chain is held as a whole, and comes back when everything else is gone', async () => {
  const { full, child, rows } = await chain();
  const { outcome, backups } = await verifyPostgresql(cluster.run(), 'newest');
  expect(outcome).toBe('succeeded');
  expect(backups.map(({ id }) => id)).toEqual([full.id, child.id]);
  await hideAll(s3, bucket);
  await removeHidden(s3, bucket);
  expect(await readBackups(cluster.store, SOURCE)).toEqual([]);
  const target = cluster.newTarget();
  expect((await cluster.restore({ to: 'latest' }, target)).backup).toBe(child.id);
  expect(await cluster.ask(target, ROWS)).toEqual([rows]);
});
