import { manifestKeyOf } from '../../../lib/catalog/backup-objects.ts';
import { moveHold } from '../../../lib/catalog/hold.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { claimStore } from '../../../lib/catalog/reader.ts';
import { recoveryPoints } from '../../../lib/catalog/recovery-points.ts';
import {
  ObjectNotFoundError,
  StoreAccessError,
  type StoreError,
  StoreUnsupportedError,
} from '../../../lib/stores/errors.ts';
import { seeingHidden } from '../../../lib/stores/hidden.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { hideAll } from '../../support/expiry.ts';
import { ACCESS_DENIED, type Answer, S3Proxy } from '../../support/s3-proxy.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { writeBackup } from '../../support/sample-backup.ts';

const BUCKET = 'backups';
let server: S3Server;
let visible: Manifest;
let hidden: Manifest;

beforeAll(async () => {
  server = await startS3();
  await server.createBucket(BUCKET, { objectLock: true });
  const owner = await openStore(server.url(BUCKET), { credentials: server });
  hidden = await writeBackup(owner, '2026-11-01T03:00:00.000Z');
  await moveHold(owner, 'database', hidden);
  await hideAll(server, BUCKET);
  visible = await writeBackup(owner, '2026-11-02T03:00:00.000Z');
});
afterAll(() => server.stop());

/**
 * A store behind which every question about versions and holds is answered like this. The test server lets whoever may
 * list objects list their versions, too; Amazon's does not.
 */
async function answering<T>(answer: Answer, use: (open: Opening) => Promise<T>): Promise<T> {
  const proxy = await S3Proxy.start(server);
  const asked: string[] = [];
  proxy.fault = ({ method, query }) => {
    const what = ['versions', 'legal-hold'].find((name) => query.has(name));
    if (what) asked.push(`${method} ${what}`);
    return what === undefined ? undefined : answer;
  };
  const open = () => openStore(server.url(BUCKET, proxy.endpoint), { credentials: server });
  try {
    return await use({ open, asked });
  } finally {
    await proxy.stop();
  }
}

interface Opening {
  open(): Promise<ObjectStore>;
  readonly asked: readonly string[];
}

async function points(store: ObjectStore) {
  const denied: StoreError[] = [];
  const found = await recoveryPoints(store, 'database', (error) => denied.push(error));
  return {
    denied,
    found: found.points.map(({ manifest: { id }, ...state }) => ({ id, ...state })),
  };
}

const ONLY_VISIBLE = () => [{ id: visible.id, hidden: false, held: null }];

test.each([
  ['whoever may not look at versions', ACCESS_DENIED, StoreAccessError],
  ['a server that knows none', { status: 501, code: 'NotImplemented' }, StoreUnsupportedError],
])(
  '%s: what is visible is seen, and each kind of question is asked once',
  async (_, answer, type) => {
    await answering(answer, async ({ open, asked }) => {
      const { denied, found } = await points(await open());
      expect(found).toEqual(ONLY_VISIBLE());
      expect(denied.map((error) => error.constructor)).toEqual([type, type]);
      expect(denied[0]?.message).toMatch(/^cannot list the versions of catalog\//);
      expect(denied[1]?.message).toMatch(/^cannot look at the hold of catalog\/30d\//);
      expect(asked).toEqual(['GET versions', 'GET legal-hold']);
    });
  },
);

test('without the right to versions, what is not there is just not there', async () => {
  await answering(ACCESS_DENIED, async ({ open }) => {
    expect(await seeingHidden(await open()).head('data/none')).toBeUndefined();
    await expect(seeingHidden(await open()).get('data/none')).rejects.toThrow(ObjectNotFoundError);
    await claimStore(seeingHidden(await open()), 'shop', 'production', { readOnly: true });
  });
});

test('without the right to hold nothing is moved', async () => {
  await answering(ACCESS_DENIED, async ({ open }) => {
    await expect(moveHold(await open(), 'database', visible)).rejects.toThrow(StoreAccessError);
  });
  const owner = await openStore(server.url(BUCKET), { credentials: server });
  expect((await points(owner)).found).toEqual([
    { id: hidden.id, hidden: true, held: true },
    { id: visible.id, hidden: false, held: false },
  ]);
});

test('whoever may look at nothing hears it once, from what is visible', async () => {
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nobody-has-this' };
  const store = await openStore(server.url(BUCKET), { credentials });
  const denied: StoreError[] = [];
  const seeing = seeingHidden(store, (error) => denied.push(error));
  const refused = {
    name: 'StoreAccessError',
    message: expect.stringMatching(/are missing, wrong/),
  };
  await expect(recoveryPoints(seeing, 'database', () => {})).rejects.toMatchObject(refused);
  await expect(seeing.head(manifestKeyOf(visible))).rejects.toThrow(StoreAccessError);
  expect(denied).toEqual([]);
});
