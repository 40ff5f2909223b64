import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type TempFolder, tempFolder } from '../support/temp-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('app');
});
afterAll(() => folder.remove());

/** Runs the app as the CDK's command line does. */
const app = (context: Record<string, unknown>): Promise<{ status: unknown; stderr: string }> =>
  new Promise((done) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'bin/app.ts'],
      {
        cwd: ROOT,
        env: {
          PATH: process.env.PATH,
          HOME: folder.path,
          CDK_VALIDATION: 'false',
          CDK_OUTDIR: folder.path,
          CDK_CONTEXT_JSON: JSON.stringify(context),
        },
      },
      (error, _, stderr) => done({ status: error?.code ?? 0, stderr }),
    );
  });

describe('the CDK app', () => {
  test('synthesises both regions without credentials', async () => {
    const { status } = await app({ plan: 'insightdesk', env: 'production' });
    expect(status).toBe(0);
    const templates = readdirSync(join(folder.path, 'assembly-insightdesk-production'));
    expect(templates.filter((name) => name.endsWith('.template.json'))).toHaveLength(2);
  });

  test.each([
    ['no plan', { env: 'production' }, 'name the plan: add -c plan=insightdesk to the command'],
    ['no environment', { plan: 'insightdesk' }, 'name the environment: add -c env=production'],
    ['an unknown plan', { plan: 'nope', env: 'production' }, 'there is no plan "nope"'],
    [
      'an unknown environment',
      { plan: 'insightdesk', env: 'nope' },
      'choose one of: development, staging, production, compliance',
    ],
    [
      'a slip in an option',
      { plan: 'insightdesk', env: 'production', failback: 'yes' },
      'failback="yes" is neither true nor false',
    ],
  ])(
    'refuses %s with a sentence and exit code 2',
    async (_, context, message) => {
      const { status, stderr } = await app(context);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('    at ');
      expect(status).toBe(2);
    },
    30_000,
  );
});
