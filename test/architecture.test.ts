import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

/** Imports may only point to the same layer or to one further down this list. */
const LAYERS: readonly (readonly RegExp[])[] = [
  [/^bench\//],
  // Benchmarks start the same servers as tests; nothing that is shipped may.
  [/^test\/support\//],
  [/^bin\//, /^k8s\/agent\//],
  [/^plans\//, /^lib\/rehearsal\//],
  [/^lib\/commands\//],
  [/^k8s\/(?!agent\/)/, /^lambda\//, /^lib\/stacks\//],
  [/^lib\/report\//],
  [/^lib\/audit\//],
  [/^lib\/(storage|access|alerting|exporter|vaults|verification)\//],
  [
    /^lib\/engines\/[^/]+\/(?!plan(-\w+)?\.ts$)/,
    /^lib\/engines\/(?!(registry|plan-rules)\.ts$)[^/]+\.ts$/,
  ],
  [/^lib\/catalog\//, /^lib\/lock\//],
  [/^lib\/stores\//],
  [/^lib\/plan\/(?!values\/)/],
  [/^lib\/engines\/(registry|plan-rules)\.ts$/],
  [/^lib\/engines\/[^/]+\/plan(-\w+)?\.ts$/],
  [/^lib\/plan\/values\//, /^lib\/(message|replace-file|version)\.ts$/],
];

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.ts'));
}

function imports(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(ROOT, resolve(ROOT, dirname(path), target ?? '')),
  );
}

const layerOf = (path: string): number =>
  LAYERS.findIndex((patterns) => patterns.some((pattern) => pattern.test(path)));

const files = ['bin', 'bench', 'plans', 'lib', 'k8s', 'lambda'].flatMap(sources);

describe('imports', () => {
  test('every file belongs to a layer', () => {
    expect(files.filter((path) => layerOf(path) < 0)).toEqual([]);
  });

  test('point one way', () => {
    const against = files.flatMap((path) =>
      imports(path)
        .filter((target) => layerOf(target) < layerOf(path))
        .map((target) => `${path} -> ${target}`),
    );
    expect(against).toEqual([]);
  });

  test('of the plan reach no SDK, CDK or cdk8s', () => {
    const heavy = files
      .filter((path) => /^lib\/(plan|catalog|audit(?!\/live))\//.test(path))
      .filter((path) =>
        /from '(@aws-sdk|aws-cdk-lib|cdk8s|constructs|pg)/.test(
          readFileSync(join(ROOT, path), 'utf8'),
        ),
      );
    expect(heavy).toEqual([]);
  });

  test('nothing but the registry names an engine outside of its folder', () => {
    const naming = files
      .filter((path) => /^lib\/(plan|catalog|lock|stores)\//.test(path))
      .filter((path) =>
        imports(path).some((target) => /^lib\/engines\/(?!(registry|plan-rules)\.ts)/.test(target)),
      );
    expect(naming).toEqual([]);
  });
});
