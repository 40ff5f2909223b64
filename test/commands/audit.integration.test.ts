import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditSchema } from '../../lib/audit/model.ts';
import { claimStore, recordRun } from '../../lib/catalog/reader.ts';
import { openStore } from '../../lib/stores/open.ts';
import { cli } from '../support/cli.ts';
import { writeBackup } from '../support/sample-backup.ts';
import { drillRun, verifyRun } from '../support/sample-runs.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

let folder: TempFolder;

const run = (...args: string[]) =>
  cli(args, { cwd: folder.path, env: { CDK_VALIDATION: 'false' } });
const audit = (...args: string[]) =>
  run('audit', '--plan', './shop.ts', '--env', 'production', ...args);

beforeAll(async () => {
  folder = await tempFolder('audit');
  await writeFile(
    join(folder.path, 'shop.ts'),
    `import { definePlan, full, postgresql, wal } from 'tidemark';
     export default definePlan({
       name: 'shop',
       regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
       objectives: { rpo: '5m', rto: '1h' },
       kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
       alerts: { email: ['oncall@example.com'] },
       environments: { production: { account: '222222222222' }, staging: { account: '222222222222' } },
       sources: {
         database: postgresql({
           server: { service: 'postgres.shop', database: 'postgres', credentials: 'shop-db', version: '15' },
           protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '02:00', keep: { daily: '30d', monthly: '1y' } })],
           verify: { checksums: 'weekly', restore: 'weekly' },
           restore: { volumeClaim: 'postgres-restored' },
         }),
       },
     });`,
  );
});

afterAll(() => folder.remove());

const TEMPLATE = 'dist/shop/production/aws/shop-production-eu-central-1.template.json';

describe('tidemark audit', () => {
  test('says what to run where nothing is synthesised', async () => {
    const { code, stderr, stdout } = await audit();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('nothing is synthesised in dist/shop/production; run this first');
    expect(stderr).toContain('tidemark synth --plan ./shop.ts --env production --out dist');
  });

  test('refuses a plan that is wrong, and a form that does not exist', async () => {
    const wrong = await run('audit', '--plan', './shop.ts', '--env', 'nowhere');
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toContain('no environment "nowhere"');
    const form = await audit('--format', 'pdf');
    expect([form.code, form.stdout]).toEqual([2, '']);
    expect(form.stderr).toMatch(/Allowed choices are table, csv, json, html, oscal, guard/);
  });

  test('finds every promise kept in what was just synthesised', async () => {
    expect((await run('synth', '--plan', './shop.ts', '--env', 'production')).code).toBe(0);
    // Somebody's own file among the manifests is not ours to judge.
    await writeFile(join(folder.path, 'dist/shop/production/k8s/notes.yaml'), 'mine: true\n');
    const { code, stdout, stderr } = await audit();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/✓ full daily +every day at 02:00 UTC +30 d +30 d +32 d /);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^✓ \d+ files keep 3 promises$/);
  });

  test('adds what a store has on record', async () => {
    const url = `file://${join(folder.path, 'store')}`;
    const store = await openStore(url);
    await claimStore(store, 'shop', 'production');
    const at = new Date(Date.now() - 86_400_000).toISOString();
    await recordRun(store, verifyRun(at, { one: [] }));
    await recordRun(store, drillRun(at, { rpoSeconds: 30, rtoSeconds: 1200 }));
    const sound = await audit('--store', url, '--format', 'json');
    expect(sound.code).toBe(0);
    const { verification, drills, objectives, controls } = auditSchema.parse(
      JSON.parse(sound.stdout),
    );
    expect(verification.find(({ newest }) => newest !== null)?.newest).toEqual({
      at,
      problems: [],
    });
    expect(drills).toEqual([
      { source: 'database', at, outcome: 'succeeded', rpoSeconds: 30, rtoSeconds: 1200 },
    ]);
    expect(objectives).toMatchObject([{ rtoSeconds: 3600, measuredRtoSeconds: 1200 }]);
    expect(controls.find(({ id }) => id === 'A1.3')?.status).toBe('satisfied');

    const now = new Date().toISOString();
    await recordRun(store, verifyRun(now, { one: ['base.tar differs'] }));
    await recordRun(store, drillRun(now, { outcome: 'failed', error: 'damaged' }));
    await store.close();
    const failed = await audit('--store', url);
    expect(failed.code).toBe(3);
    expect(failed.stdout).toContain(`the last drill of database, on ${now}, failed`);
    expect(failed.stdout).toContain('found damage: one: base.tar differs');
    expect(failed.stdout.trimEnd().split('\n').at(-1)).toMatch(/^✗ 2 problems: /);
    const report = await audit('--store', url, '--format', 'html');
    expect(report.stdout).toContain('No: there are 2 problems.');
  });

  test('computes costs from sizes that are given, or else as the store shows them', async () => {
    const costs = async (...args: string[]) =>
      auditSchema.parse(JSON.parse((await audit('--format', 'json', ...args)).stdout)).costs;
    expect(await costs()).toMatchObject({ unknown: ['database'], sizes: [], rows: [] });

    const folderOfStore = join(folder.path, 'sizes');
    const store = await openStore(`file://${folderOfStore}`);
    await claimStore(store, 'shop', 'production');
    const { storedBytes } = await writeBackup(store, '2026-11-20T02:00:00.000Z');
    await store.close();
    const measured = {
      source: 'database',
      fullBytes: storedBytes,
      perDayBytes: 0,
      from: 'measured',
    };
    expect((await costs('--store', `file://${folderOfStore}`))?.sizes).toEqual([measured]);

    const given = await costs(
      '--sizes',
      'database=1TiB+8GiB/d',
      '--store',
      `file://${folderOfStore}`,
    );
    expect(given?.sizes).toMatchObject([{ fullBytes: 1024 ** 4, from: 'given' }]);
    expect(given?.totalUsd).toBeGreaterThan(500);
  });

  test.each([
    ['database=many', /--sizes: "database=many" is not the size of a source; write one such as/],
    ['cache=1GiB', /--sizes: plan shop has no source "cache"; it has database/],
  ])('refuses the sizes %s, and says why', async (sizes, message) => {
    const { code, stdout, stderr } = await audit('--sizes', sizes);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('fails for a template that was edited by hand, and names the line', async () => {
    const path = join(folder.path, TEMPLATE);
    const lines = (await readFile(path, 'utf8')).split('\n');
    const at = lines.findIndex((line) => line.includes('"ExpirationInDays": 30,'));
    await writeFile(path, lines.with(at, '"ExpirationInDays": 3,').join('\n'));
    const { code, stdout } = await audit();
    expect(code).toBe(3);
    expect(stdout).toContain(`aws/shop-production-eu-central-1.template.json:${at + 1}`);
    expect(stdout).toContain('after 3 d; the plan needs 30 d');
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^✗ 1 problem: /);
  });

  test.each(['csv', 'json', 'html', 'oscal', 'guard'])(
    'writes %s to a file, and says that it failed',
    async (format) => {
      const output = join(folder.path, `audit.${format}`);
      const { code, stdout, stderr } = await audit('--format', format, '--output', output);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/^audit failed, 1 problem; the first: aws\/shop-.*json:\d+: /);
      expect((await readFile(output, 'utf8')).length).toBeGreaterThan(100);
      expect((await readdir(folder.path)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    },
  );
});
