/** Mounts a file system of 12 MiB at a folder and writes more than it holds: `fill-disk-child.ts <folder>`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openStore } from '../../lib/stores/open.ts';
import { collect, content, PART, stream } from '../lib/stores/content.ts';

const [mount = ''] = process.argv.slice(2);
mkdirSync(mount);
execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', mount]);

const root = join(mount, 'store');
const store = await openStore(pathToFileURL(root).href);
const failure: unknown = await store
  .put('large', stream(content(2 * PART)))
  .catch((error) => error);
await store.put('small', stream(content(PART)));
console.log(
  JSON.stringify({
    error: failure instanceof Error ? failure.name : null,
    message: failure instanceof Error ? failure.message : null,
    unfinished: readdirSync(join(root, '.incoming')),
    objects: (await collect(store.list(''))).map(({ key }) => key),
  }),
);
