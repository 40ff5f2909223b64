import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cli, startCli } from '../support/cli.ts';
import { until } from '../support/condition.ts';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

jest.setTimeout(180_000);

const run = promisify(execFile);

let folder: TempFolder;
let repository: string;

const git = async (...args: string[]): Promise<string> => {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
  return (await run('git', ['-C', repository, ...identity, ...args])).stdout.trim();
};
const commit = async (message: string): Promise<string> => {
  await git('add', '--all');
  await git('commit', '--quiet', '--message', message);
  return git('rev-parse', 'HEAD');
};
const write = async (path: string, text: string): Promise<void> => {
  await mkdir(join(repository, path, '..'), { recursive: true });
  await writeFile(join(repository, path), text);
};
const diff = (...args: string[]) => cli(['diff', ...args], { cwd: repository });

interface Choices {
  readonly keep?: string;
  readonly checksums?: string;
  readonly rto?: string;
}

const shop = ({ keep = '90d', checksums = 'weekly', rto = '4h' }: Choices = {}) => `
  import { definePlan, full, postgresql, wal } from 'tidemark';
  import { REGIONS } from './regions.ts';
  export default definePlan({
    name: 'shop',
    regions: REGIONS,
    objectives: { rpo: '5m', rto: '${rto}' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'registry.example.com/tidemark' },
    alerts: { email: ['oncall@example.com'] },
    environments: { production: { account: '222222222222' } },
    sources: {
      database: postgresql({
        server: { service: 'postgres.shop', database: 'shop', credentials: 'shop-db', version: '18' },
        protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', keep: '${keep}' })],
        verify: { checksums: '${checksums}', restore: 'monthly' },
        restore: { volumeClaim: 'postgres-restored' },
      }),
    },
  });`;

const PLAN = 'backups/shop.ts';
const WEAKER = shop({ keep: '30d', checksums: 'monthly', rto: '1h' });
const SHRINKS = /^ {2}shrinks {2}database: .*recovery points older than 30 days will not exist/m;
const COUNT = '3 promises shrink, 1 changes, 1 grows';

beforeAll(async () => {
  folder = await tempFolder('diff');
  repository = join(folder.path, 'shop');
  await mkdir(repository);
  await git('init', '--quiet', '--initial-branch', 'main');
  await write('README.md', 'A shop.\n');
  await commit('before there was a plan');
  await git('tag', 'no-plan');
  await write(PLAN, shop({ keep: 'ninety days' }));
  await write('backups/regions.ts', 'export const REGIONS = {};\n');
  await commit('a plan that is wrong');
  await git('tag', 'wrong');
  await write(PLAN, 'export default {');
  await commit('a plan that is no program');
  await git('tag', 'broken');
  await write(PLAN, shop());
  await write(
    'backups/regions.ts',
    "export const REGIONS = { primary: 'eu-central-1', replica: 'eu-west-1' };\n",
  );
  await commit('a plan');
  await git('tag', 'v1.2.0');
  await write(PLAN, WEAKER);
});

afterAll(() => folder?.remove());

describe('against a ref', () => {
  test('a promise that shrinks ends with 2', async () => {
    const { code, stdout, stderr } = await diff('--plan', `./${PLAN}`, '--against', 'v1.2.0');
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      new RegExp(`^shop / production against v1\\.2\\.0 \\([0-9a-f]{12}\\): ${COUNT}$`, 'm'),
    );
    expect(stdout).toMatch(SHRINKS);
    expect(code).toBe(2);
  });

  test('the way back ends with 0', async () => {
    await write(PLAN, shop({ keep: '1y' }));
    const { code, stdout } = await diff('--plan', PLAN, '--env', 'production', '--against', 'HEAD');
    await write(PLAN, WEAKER);
    expect(stdout).toMatch(
      /^ {2}grows {4}database: the oldest recovery point will be kept 366 days/m,
    );
    expect(code).toBe(0);
  });

  test('JSON has the facts beside the sentences', async () => {
    const { code, stdout } = await diff('--plan', PLAN, '--against', 'v1.2.0', '--format', 'json');
    const { environments } = JSON.parse(stdout);
    expect(environments).toEqual([
      {
        plan: 'shop',
        environment: 'production',
        changes: expect.arrayContaining([
          {
            effect: 'shrinks',
            about: 'kept',
            source: 'database',
            sentence: expect.stringMatching(
              /^database, daily full backups: kept 30 days instead of 90/,
            ),
            before: expect.objectContaining({ tier: 'daily', days: 90 }),
            after: expect.objectContaining({ tier: 'daily', days: 30 }),
          },
        ]),
      },
    ]);
    expect(code).toBe(2);
  });

  test('Markdown has a heading for each effect', async () => {
    const { stdout } = await diff('--plan', PLAN, '--against', 'v1.2.0', '--format', 'markdown');
    expect(stdout).toMatch(
      new RegExp(
        `^### shop / production\n\nAgainst v1\\.2\\.0 \\([0-9a-f]{12}\\): ${COUNT}\n\n\\*\\*Shrinks\\*\\*\n\n- database: `,
      ),
    );
  });

  test('where there was no plan yet, everything is new', async () => {
    const { code, stdout } = await diff('--plan', PLAN, '--against', 'no-plan');
    expect(stdout).toMatch(/^ {2}grows {4}new environment production$/m);
    expect(stdout).toMatch(
      /^ {2}grows {4}database: new source, protected from now on \(postgresql\)$/m,
    );
    expect(code).toBe(0);
  });

  test('a plan that is removed shrinks as a whole', async () => {
    await rm(join(repository, 'backups'), { recursive: true });
    const { code, stdout } = await diff('--plan', PLAN, '--against', 'v1.2.0');
    await git('checkout', '--quiet', '--', 'backups');
    await write(PLAN, WEAKER);
    expect(stdout).toMatch(/^ {2}shrinks {2}environment production removed:/m);
    expect(code).toBe(2);
  });

  test('the repository and the temporary folder stay as they were', async () => {
    const [status, index] = [
      await git('status', '--porcelain'),
      await readFile(join(repository, '.git/index')),
    ];
    await diff('--plan', PLAN, '--against', 'v1.2.0');
    expect(await git('status', '--porcelain')).toBe(status);
    expect(await readFile(join(repository, '.git/index'))).toEqual(index);
    expect(await git('worktree', 'list', '--porcelain')).toMatch(
      /^worktree [^\n]*\n[^\n]*\n[^\n]*$/,
    );
    expect((await readdir(repository)).filter((name) => name.startsWith('tidemark-'))).toEqual([]);
  });
});

describe('what is written about the command', () => {
  /** Without the name of the program and of the commit, which is another in each repository. */
  const plain = (text: string) => text.replace(/ \([0-9a-f]{12}\)/, '').trim();

  test('the example of the page is what the command says', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/diff.md'), 'utf8');
    const [, line = '', printed = ''] =
      /^```\n\$ tidemark diff (.*)\n([^`]*)```$/m.exec(page) ?? [];
    const { code, stdout } = await diff(...line.split(' '));
    expect(plain(stdout)).toBe(plain(printed));
    expect(code).toBe(2);
  });

  test('the example of the help with a path runs as it stands', async () => {
    const { stdout: help } = await diff('--help');
    const [, line = ''] = /^ {2}\$ tidemark diff (--plan \.\/.*)$/m.exec(help) ?? [];
    const { code, stdout } = await diff(...line.split(' '));
    expect(stdout).toMatch(/^### shop \/ production$/m);
    expect(code).toBe(2);
  });
});

describe('a plan that imports packages', () => {
  test('finds those that are installed in the work tree', async () => {
    await write('.gitignore', 'node_modules\n');
    await write(
      'node_modules/house-style/package.json',
      '{ "name": "house-style", "type": "module", "exports": "./index.js" }',
    );
    await write('node_modules/house-style/index.js', "export const KEEP = '30d';");
    const importing = shop({ keep: '30d' }).replace("keep: '30d'", 'keep: KEEP');
    await write('backups/house.ts', `import { KEEP } from 'house-style';${importing}`);
    await commit('a plan that imports a package');
    const { code, stdout, stderr } = await diff('--plan', 'backups/house.ts', '--against', 'HEAD');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/no promise changes/);
    expect(code).toBe(0);
  });
});

describe('what cannot be compared ends with 1 and says why', () => {
  test.each([
    [
      'an unknown ref',
      ['--against', 'v2'],
      /"v2" is no branch, tag or commit in .*git fetch origin v2/,
    ],
    ['an option instead of a ref', ['--against=--output=x'], /"--output=x" is not a git ref/],
    ['a range', ['--against', 'v1.2.0..main'], /"v1\.2\.0\.\.main" is no branch, tag or commit/],
    ['a file of a commit', ['--against', `v1.2.0:${PLAN}`], /is not a git ref; write a branch/],
    [
      'an unknown environment',
      ['--against', 'v1.2.0', '--env', 'test'],
      /has no environment "test", neither now nor at v1\.2\.0 .*; it has: production/,
    ],
    [
      'a plan that was wrong',
      ['--against', 'wrong'],
      /plan .*shop\.ts of wrong \([0-9a-f]{12}\) cannot be used.*"ninety days"/s,
    ],
    [
      'a plan that was no program',
      ['--against', 'broken'],
      /the plan of broken \([0-9a-f]{12}\) cannot be loaded: backups\/shop\.ts cannot be loaded/,
    ],
    [
      'no audit',
      ['--against', 'nowhere.json'],
      /cannot read the audit nowhere\.json.*a name that ends in \.json is a file/,
    ],
    ['no JSON', ['--against', 'bad.json'], /bad\.json is not JSON/],
    [
      'JSON of another kind',
      ['--against', 'other.json'],
      /other\.json is not an audit that this version can compare: .*tidemark audit --format json/,
    ],
    ['an unknown format', ['--against', 'v1.2.0', '--format', 'xml'], /'xml' is invalid/],
    ['nothing to compare with', [], /required option '--against/],
  ])('%s', async (_, args, message) => {
    await write('bad.json', '{');
    await write('other.json', '{}');
    const { code, stdout, stderr } = await diff('--plan', PLAN, ...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain(join(folder.path, 'tidemark-diff'));
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  test('a plan in no repository', async () => {
    const outside = join(folder.path, 'shop.ts');
    await writeFile(outside, WEAKER);
    const { code, stderr } = await cli(['diff', '--plan', outside, '--against', 'main'], {
      cwd: folder.path,
    });
    expect(stderr).toMatch(/is not in a git repository .*--against audit\.json/);
    expect(code).toBe(1);
  });
});

test('a plan in the sources of this program is compiled by the sources of the ref', async () => {
  const program = join(import.meta.dirname, '../..');
  for (const part of ['lib', 'package.json']) {
    await cp(join(program, part), join(repository, part), { recursive: true });
  }
  await rm(join(repository, 'node_modules'), { recursive: true, force: true });
  await symlink(join(program, 'node_modules'), join(repository, 'node_modules'));
  await write('.gitignore', 'node_modules\n');
  const defaults = join(repository, 'lib/plan/environments.ts');
  const text = await readFile(defaults, 'utf8');
  expect(text).toContain("production: { database: '30d'");
  await writeFile(
    defaults,
    text.replace("production: { database: '30d'", "production: { database: '60d'"),
  );
  // Names no retention, so that the default of the program is its promise.
  const open = shop()
    .replace(", keep: '90d'", '')
    .replace("'tidemark'", "'../lib/plan/language.ts'");
  await write('plans/open.ts', open.replace('./regions.ts', '../backups/regions.ts'));
  await commit('the program, with another default');
  const { stdout, stderr } = await diff('--plan', './plans/open.ts', '--against', 'HEAD');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/database, daily full backups: kept 30 days instead of 60 from now on/);
});

test('Ctrl-C while the plan of a ref is compiled leaves no temporary folder', async () => {
  await write(
    'backups/slow.ts',
    `import { writeFileSync } from 'node:fs';
    writeFileSync(process.env.STARTED ?? '', '');
    await new Promise((done) => setTimeout(done, 600_000));
    export default {};`,
  );
  await commit('a plan that takes its time');
  await write('backups/slow.ts', WEAKER);
  const started = join(folder.path, 'started');
  const { child, result } = startCli(['diff', '--plan', 'backups/slow.ts', '--against', 'HEAD'], {
    cwd: repository,
    env: { STARTED: started },
  });
  await until('the plan is loaded', async () => (await readdir(folder.path)).includes('started'));
  expect(
    (await readdir(repository)).filter((name) => name.startsWith('tidemark-diff')),
  ).toHaveLength(1);
  child.kill('SIGINT');
  expect((await result).code).toBe(130);
  expect((await readdir(repository)).filter((name) => name.startsWith('tidemark-diff'))).toEqual(
    [],
  );
});

test('an older audit is compared with the files as they would be synthesised now', async () => {
  const of = ['--plan', PLAN, '--env', 'production'];
  await write(PLAN, shop());
  expect((await cli(['synth', ...of], { cwd: repository })).code).toBe(0);
  await cli(['audit', ...of, '--format', 'json', '--output', 'audit.json'], { cwd: repository });
  const same = await diff('--plan', PLAN, '--against', 'audit.json');
  expect(same).toMatchObject({
    code: 0,
    stdout: 'shop / production against audit.json: no promise changes\n',
  });
  await write(PLAN, WEAKER);
  const { code, stdout } = await diff('--plan', PLAN, '--against', 'audit.json');
  expect(stdout).toMatch(SHRINKS);
  expect(code).toBe(2);
  const other = await diff('--plan', PLAN, '--against', 'audit.json', '--env', 'staging');
  expect(other).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/is the audit of environment production, not of staging/),
  });
});
