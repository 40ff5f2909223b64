import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const CHILD = join(import.meta.dirname, '..', 'support', 'manifests-child.ts');
const digestsSchema = z.array(z.tuple([z.string(), z.string()]));

/** Digests of all manifests, computed by a process of its own. */
async function digests(env: Readonly<Record<string, string>>): Promise<[string, string][]> {
  const { stdout } = await promisify(execFile)(process.execPath, [CHILD], {
    env: { PATH: process.env.PATH ?? '', ...env },
    maxBuffer: 16 * 1024 * 1024,
  });
  return digestsSchema.parse(JSON.parse(stdout));
}

// Turkish has another lower case of I, and Kiritimati is a day ahead.
test('manifests are the same bytes in the same order whatever the locale and the time zone are', async () => {
  const [here, elsewhere] = await Promise.all([
    digests({ LC_ALL: 'C', TZ: 'Etc/UTC' }),
    digests({ LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' }),
  ]);
  expect(here.length).toBeGreaterThan(100);
  expect(elsewhere).toEqual(here);
});
