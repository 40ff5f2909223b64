import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUNDLE } from '../../../k8s/agent/bundle.ts';
import { baseImage } from '../../../k8s/charts/image.ts';
import { AGENT_UID, PROGRAM } from '../../../k8s/charts/pod.ts';
import { SERVER_VERSIONS as POSTGRESQL_VERSIONS } from '../../../lib/engines/postgresql/plan.ts';
import { SERVER_VERSIONS as REDIS_VERSIONS } from '../../../lib/engines/redis/plan.ts';
import { VERSION } from '../../../lib/version.ts';
import { compiledPlan } from '../compiled-plan.ts';
import { type Instruction, parseDockerfile, stages } from './dockerfile.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const AGENT = join(ROOT, 'k8s', 'agent');
const instructions = parseDockerfile(readFileSync(join(AGENT, 'Dockerfile'), 'utf8'));
const [build = [], ...others] = stages(instructions);
const final = others.at(-1) ?? [];
const stage = (name: string) => others.find(([from]) => from?.text.endsWith(` AS ${name}`)) ?? [];
/** Of `--platform=… image AS name`. */
const baseOf = (from: string) => from.split(' ').find((word) => !word.startsWith('--')) ?? '';
const all = (stage: readonly Instruction[], name: string) =>
  stage.filter((instruction) => instruction.name === name);

describe('the Dockerfile', () => {
  test('pins every base by a full version', () => {
    const own = all(instructions, 'FROM').map(({ text }) => text.split(' AS ')[1]);
    const bases = all(instructions, 'FROM').map(({ text }) => baseOf(text));
    const external = bases.filter((base) => !base.startsWith('$') && !own.includes(base));
    expect(external.length).toBeGreaterThan(1);
    for (const base of external) expect(base).toMatch(/^[a-z]+:\d+\.\d+(\.\d+)?-bookworm(-slim)?$/);
  });

  test('has a variant for every server version that a plan can name', () => {
    const variants = all(instructions, 'FROM').flatMap(({ text }) => {
      const [, image, version, name] =
        /^(postgres|redis):(\S+)-bookworm AS (\S+)$/.exec(text) ?? [];
      return image === undefined ? [] : [{ image, version, name }];
    });
    expect(variants.map(({ name }) => name)).toEqual([
      ...POSTGRESQL_VERSIONS.map((major) => `pg${major}`),
      ...REDIS_VERSIONS.map((version) => `redis${version}`),
    ]);
    for (const { version = '', name = '' } of variants) {
      expect([name, version.startsWith(`${name.replace(/^(pg|redis)/, '')}.`)]).toEqual([
        name,
        true,
      ]);
    }
    expect(final[0]?.text).toBe(`\${VARIANT}`);
  });

  test('bundles with the Node.js that the project pins', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const image = `node:${dependencies.node}-bookworm-slim`;
    expect(build[0]?.text).toBe(`--platform=$BUILDPLATFORM ${image} AS build`);
    expect(stage('runtime')[0]?.text).toBe(`${image} AS runtime`);
  });

  test('copies only what exists, and what its ignore file lets through', () => {
    const ignored = readFileSync(join(AGENT, 'Dockerfile.dockerignore'), 'utf8').split('\n');
    const copied = all(build, 'COPY').flatMap(({ text }) => text.split(' ').slice(0, -1));
    expect(copied.length).toBeGreaterThan(3);
    for (const path of copied) {
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
      expect(ignored).toContain(`!${path}`);
    }
    expect(ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1))).toEqual(
      copied,
    );
    expect(ignored).toContain('**');
  });

  test('takes the bundle from where bundling puts it, and only that and Node.js', () => {
    expect(build.find(({ name }) => name === 'WORKDIR')?.text).toBe('/src');
    expect(all(final, 'COPY').map(({ text }) => text)).toEqual([
      '--from=runtime /usr/local/bin/node /usr/local/bin/node',
      `--from=build /src/${BUNDLE} /opt/tidemark/tidemark.mjs`,
    ]);
    expect(all(final, 'RUN').map(({ exec }) => exec)).toEqual([
      ['ln', '-s', '/opt/tidemark/tidemark.mjs', `/usr/local/bin/${PROGRAM}`],
      // PostgreSQL's programs refuse to run as somebody without a name.
      ...[
        [
          'useradd',
          '--system',
          '--no-create-home',
          '--user-group',
          '--uid',
          `${AGENT_UID}`,
          'tidemark',
        ],
      ],
    ]);
  });

  test('takes nothing from the machine that bundles but the bundle, so that every platform has its own Node.js', () => {
    const fromBuild = instructions.filter(({ text }) => text.includes('--from=build'));
    expect(fromBuild).toHaveLength(1);
    expect(
      all(stages(instructions).flat(), 'FROM').filter(({ text }) => text.includes('BUILD')),
    ).toHaveLength(1);
  });

  test('has a variant without a server, and without what installs packages', () => {
    const [from, remove, ...more] = stage(baseImage(compiledPlan()).split('-').at(-1) ?? '');
    expect([from?.text, more]).toEqual(['runtime AS base', []]);
    expect(remove?.exec).toEqual(expect.arrayContaining(['/usr/local/lib/node_modules']));
  });

  test('starts what the manifests start, without a shell', () => {
    expect(all(final, 'ENTRYPOINT').map(({ exec }) => exec)).toEqual([[PROGRAM]]);
    for (const { name, text, exec } of instructions) {
      if (['RUN', 'CMD', 'ENTRYPOINT'].includes(name)) {
        expect([text, exec]).toEqual([text, expect.any(Array)]);
      }
    }
  });

  test('runs as the numeric user of the manifests', () => {
    expect(all(final, 'USER').map(({ text }) => text)).toEqual([`${AGENT_UID}:${AGENT_UID}`]);
    const after = final.slice(final.findIndex(({ name }) => name === 'USER') + 1);
    expect(after.map(({ name }) => name)).toEqual(['ENTRYPOINT', 'CMD']);
  });

  test('is stopped by the signal on which the agent ends its work', () => {
    expect(all(final, 'STOPSIGNAL').map(({ text }) => text)).toEqual(['SIGTERM']);
  });

  test('carries the version', () => {
    expect(all(final, 'LABEL')[0]?.text).toContain(
      `org.opencontainers.image.version="${VERSION}-\${VARIANT}"`,
    );
  });
});
