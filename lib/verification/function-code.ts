import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import type { FunctionName } from '../alerting/metrics.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { planText } from '../plan/written.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The plan lies beside the code: environment variables hold 4 KB at most. */
const PLAN_FILE = 'plan.json';

/**
 * A Lambda's code in one file, with its compiled plan beside it. esbuild runs in this process, without Docker or a network,
 * and assets are named by the digest of what they hold: the same sources and plan give the same templates anywhere.
 */
export function functionCode(
  scope: Construct,
  name: FunctionName,
  compiled: CompiledPlan,
): lambda.Code {
  const stage = Stage.of(scope);
  if (!stage)
    throw new TypeError(`${scope.node.path} is not in an app; it has no assembly to bundle into`);
  const folder = join(stage.outdir, 'bundles', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), bundle(name));
  writeFileSync(join(folder, PLAN_FILE), planText(compiled));
  return lambda.Code.fromAsset(folder);
}

/**
 * What a Lambda does not need stays out of its bundle, which is loaded at every cold start: messages of zod in all languages,
 * and ways to find credentials that only exist elsewhere. The longer name goes first.
 */
const ALIASES = {
  zod: resolve(ROOT, 'lambda/bundling/zod.ts'),
  'zod/v4': resolve(ROOT, 'node_modules/zod/v4/index.js'),
  '@aws-sdk/credential-provider-node': resolve(ROOT, 'lambda/bundling/credentials.ts'),
};

/** The code is the same for every plan, and a process may synthesise many. */
const bundles = new Map<FunctionName, Uint8Array>();

function bundle(name: FunctionName): Uint8Array {
  const code = bundles.get(name) ?? build(name);
  bundles.set(name, code);
  return code;
}

function build(name: FunctionName): Uint8Array {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [`lambda/${name}/handler.ts`],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: ALIASES,
    // Some dependencies are CommonJS and call require for Node.js' own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    minify: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'error',
  });
  const [file] = outputFiles;
  if (!file) throw new TypeError(`esbuild made nothing of lambda/${name}/handler.ts`);
  return file.contents;
}
