import { BackupClient } from '@aws-sdk/client-backup';
import { run } from '../../lambda/alert-stale/alert-stale.ts';
import { dataObjects, manifestKeyOf } from '../../lib/catalog/backup-objects.ts';
import { openStore } from '../../lib/stores/open.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { compiledPlan, templates } from '../lib/stacks/environment.ts';
import { roleStatements } from '../lib/stacks/policy.ts';
import { roleSession } from '../support/role-session.ts';
import { type S3Server, startS3 } from '../support/s3-server.ts';
import { commitBackup } from './backups.ts';
import { created, SIZES, scheduled, Verifications } from './verification.ts';

/**
 * The functions reach the backups with exactly the rights that the stacks give them, as a real S3 server enforces them: a
 * right that is missing is found out here, and not by the first backup of a certain size.
 */

const [BUCKET, AT] = ['shop', new Date('2026-11-21T03:00:00Z')];
const compiled = compiledPlan();
const named = { ...compiled, buckets: { ...compiled.buckets, primary: BUCKET } };

let server: S3Server;
let store: ObjectStore;
let planner: ObjectStore;
let reader: ObjectStore;
let watcher: ObjectStore;
let verifications: Verifications;

/** The bucket as a function opens it in its role. */
async function openedBy(use: string): Promise<ObjectStore> {
  const { primary } = templates(named);
  const role = `tidemark-shop-production-${use}-${compiled.regions.primary}`;
  // Other buckets are named by references, which only CloudFormation resolves, and are not what this is about.
  const statements = roleStatements(primary, role).filter(({ Resource }) =>
    [Resource].flat().every((one) => `${one}`.match(`^arn:aws:s3:::${BUCKET}(/|$)`)),
  );
  const session = await roleSession(server, statements);
  return openStore(server.url(BUCKET), {
    credentials: {
      accessKeyId: session.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: session.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: session.AWS_SESSION_TOKEN ?? '',
    },
    patienceMs: 1000,
  });
}

beforeAll(async () => {
  server = await startS3();
  await server.createBucket(BUCKET, { objectLock: true });
  store = await openStore(`${server.url(BUCKET)}&partSize=5MiB`, { credentials: server });
  [planner, reader, watcher] = await Promise.all([
    openedBy('verify-checksum'),
    openedBy('verify-part'),
    openedBy('alert-stale'),
  ]);
  verifications = await Verifications.open(server, 'roles');
});

afterAll(async () => {
  await Promise.all([verifications, store, planner, reader, watcher].map((one) => one?.close()));
  await server?.stop();
});

test.each([
  ['read by one call', 'orders', SIZES.wholeBytes / 2],
  ['read in slices', 'wal', SIZES.wholeBytes + 4_000_000],
])('a backup that is %s is verified and held', async (_, source, size) => {
  const options = { compiled, store: planner, partStore: reader };
  const manifest = await commitBackup(store, { source, at: AT, size });
  const one = await verifications.run(created(manifestKeyOf(manifest), source), options);
  expect(one?.record).toMatchObject({ outcome: 'succeeded', error: null });
  expect(one?.hold).toMatchObject({ outcome: 'held', held: [manifest.id] });
  const all = await verifications.run(scheduled(source, `all of ${source}`), options);
  expect(all?.record).toMatchObject({ outcome: 'succeeded', error: null });
  expect(all?.record.backups.map(({ id }) => id)).toEqual([manifest.id]);
});

test('every source is looked at, what has no backup yet as well', async () => {
  await commitBackup(store, { source: 'orders', at: new Date(+AT + 7_200_000) });
  // Not asked, as the plan has nothing of AWS Backup.
  const backup = { primary: new BackupClient(), replica: new BackupClient() };
  const looked = await run({ store: watcher, compiled, backup, now: () => AT });
  expect(looked.failures).toEqual([]);
  expect(looked.statuses.map(({ source }) => source)).toEqual(['orders', 'wal']);
});

test('what plans reads no backed-up data', async () => {
  const manifest = await commitBackup(store, { source: 'orders', at: new Date(+AT + 3_600_000) });
  const [base = ''] = dataObjects(manifest).filter((key) => key.includes('base.tar'));
  await expect(planner.get(base)).rejects.toThrow('access denied');
});
