import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { derivedSources } from '../../lib/plan/compiled.ts';
import {
  filesOf,
  type History,
  makeHistory,
  ROWS,
} from '../lib/engines/postgresql/restore/history.ts';
import { type CliResult, cli } from '../support/cli.ts';
import { type MotoServer, startMoto, THAWED_AT_ONCE, thawedAfter } from '../support/moto.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';
import { upload } from '../support/upload.ts';

const BUCKET = 'backups';

let moto: MotoServer;
let history: History;
let folder: TempFolder;
let targets = 0;

beforeAll(async () => {
  folder = await tempFolder('archived');
  await chmod(folder.path, 0o711);
  moto = await startMoto();
  history = await makeHistory(18);
  const { compiled, store } = await history.context(history.store);
  await store.close();
  const { uid, gid } = history.server;
  const sources = derivedSources(compiled).map((source) => ({
    ...source,
    settings: { ...source.settings, server: { ...source.settings.server, uid, gid } },
  }));
  await writeFile(join(folder.path, 'plan.json'), JSON.stringify({ ...compiled, sources }));
});

afterAll(async () => {
  await moto?.stop();
  await history?.dispose();
  await folder?.remove();
});

beforeEach(async () => {
  await moto.reset();
  await moto.createBucket(BUCKET);
  const client = moto.s3();
  await upload(client, BUCKET, history.store, await filesOf(history.store), (path) =>
    /^data\/.*\.tar/.test(path) ? 'DEEP_ARCHIVE' : 'STANDARD',
  );
  client.destroy();
});

/** With the store in the environment, as in a cluster. */
const run = (...args: string[]): Promise<CliResult> =>
  cli(args, { cwd: folder.path, env: { ...moto.env, TIDEMARK_STORE: moto.url(BUCKET) } });

const restore = (target: string, ...args: string[]): Promise<CliResult> =>
  run(
    'restore',
    ...['--config', 'plan.json', '--target', target],
    ...['--to', history.beforeDrop.toISOString(), '--bin-dir', history.server.binDir],
    ...args,
  );

const newTarget = (): string => join(folder.path, `restored ${targets++}`);

async function backupId(): Promise<string> {
  const manifest = (await filesOf(history.store)).find((path) => path.startsWith('catalog/'));
  return manifest?.replace(/^.*\/|\.json$/g, '') ?? '';
}

async function rowsIn(target: string): Promise<unknown> {
  const server = await history.start(target);
  return server.sql(ROWS).finally(() => server.dispose());
}

test('ends with a code of its own and the command that goes on, which then restores', async () => {
  const target = newTarget();
  await moto.transition(thawedAfter(2));
  const first = await restore(target, '--thaw-days', '3', '--thaw-speed', 'bulk');
  expect(first.code).toBe(5);
  expect(first.stderr).toMatch(/-full-\w+ is archived in DEEP_ARCHIVE and has to be thawed/);
  expect(first.stderr).toMatch(
    /requested {2}2 objects, .*a bulk retrieval takes up to 2 d, until \d{4}-/,
  );
  expect(first.stderr).toMatch(/kept {7}for 3 d once thawed/);
  expect(first.stderr).toMatch(
    /costs {6}about <?\$0[^ ]*: retrieval .* requests .* copies for 3 d/,
  );
  const [, resume = ''] = /go on when the thaw has ended with\n {2}(.*)\n/.exec(first.stdout) ?? [];
  expect(resume).toBe(
    `tidemark restore --config plan.json --target '${target}' --to ${history.beforeDrop.toISOString()} --bin-dir ${history.server.binDir} --thaw-speed bulk --thaw-days 3`,
  );

  const second = await restore(target);
  expect(second.code).toBe(5);
  expect(second.stderr).toMatch(
    /requested {2}nothing\n {2}under way {2}2 objects, .* up to 12 h from then/,
  );
  expect(second.stderr).toMatch(/costs {6}nothing more than was requested before/);

  await moto.transition(THAWED_AT_ONCE);
  const third = await restore(target);
  expect(third).toMatchObject({ code: 0, stdout: expect.stringMatching(/^restored /) });
  expect(await rowsIn(target)).toEqual([history.rows]);
});

test('brings one old backup back by its id', async () => {
  const target = newTarget();
  await moto.transition(THAWED_AT_ONCE);
  const alone = ['--config', 'plan.json', '--target', target, '--backup', await backupId()];
  const binDir = ['--bin-dir', history.server.binDir];
  const both = await run('restore', ...alone, ...binDir, '--to', 'latest');
  expect(both).toMatchObject({ code: 2, stderr: expect.stringMatching(/cannot be used with/) });
  const done = await run('restore', ...alone, ...binDir, '--wait-for-thaw');
  expect(done.code).toBe(0);
  expect(await rowsIn(target)).toEqual([expect.objectContaining({ rows: 5000 })]);
});

test('waits where it is told to', async () => {
  const target = newTarget();
  await moto.transition(thawedAfter(2));
  const done = await restore(target, '--wait-for-thaw');
  expect(done.code).toBe(0);
  expect(done.stderr).toMatch(/"message":"waiting for the thaw","bytes":0,"totalBytes":\d+/);
  expect(await rowsIn(target)).toEqual([history.rows]);
});

test('tells programs what is pending', async () => {
  const pending = await restore(newTarget(), '--json');
  expect(pending.code).toBe(5);
  expect(JSON.parse(pending.stdout)).toEqual({
    thaw: expect.objectContaining({
      storageClasses: ['DEEP_ARCHIVE'],
      asked: { objects: 2, bytes: expect.any(Number) },
      days: 7,
    }),
    resume: expect.stringMatching(/^tidemark restore .*--json$/),
  });
});

test.each(['0', '1.5', 'week'])('refuses %s as days', async (days) => {
  const refused = await restore(newTarget(), '--thaw-days', days);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/whole days/) });
});

test('a verification of nothing but archived data has not passed', async () => {
  const backup = await backupId();
  const verified = await run('verify', '--config', 'plan.json', '--backup', backup);
  expect(verified).toMatchObject({
    code: 5,
    stdout: `${backup}  skipped, not verified: it is archived\n`,
  });
});
