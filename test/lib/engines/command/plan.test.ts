import { command, full, replication } from '../../../../lib/plan/language.ts';
import { mistakesOf, refusal, settingsOf } from '../source.ts';

const example = command({
  image: 'ghcr.io/acme/memory:1.4.2',
  backup: ['memory', 'export', '--all'],
  restore: ['memory', 'import', '-'],
  check: ['memory', 'check', '-'],
  env: { MEMORY_TOKEN: { secret: 'memory', key: 'token' }, MEMORY_HOST: 'memory.somabrain' },
  reaches: [{ service: 'memory.somabrain', port: 9595 }],
  protect: [full({ at: '04:00', keep: '30d' })],
});

describe('a command source', () => {
  test('has settings with every default', () => {
    expect(settingsOf(example)).toEqual({
      image: 'ghcr.io/acme/memory:1.4.2',
      backup: ['memory', 'export', '--all'],
      restore: ['memory', 'import', '-'],
      check: ['memory', 'check', '-'],
      env: { MEMORY_TOKEN: { secret: 'memory', key: 'token' }, MEMORY_HOST: 'memory.somabrain' },
      reaches: [{ service: 'memory.somabrain', port: 9595 }],
      uid: 65532,
      gid: 65532,
      resources: { cpu: '500m', memory: '512Mi' },
      volumes: [],
    });
  });

  test.each([
    { env: { TOKEN_FILE: '/var/run/token', AWS_ACCESS_KEY_ID: 'AKIA' } },
    { backup: ['/usr/bin/env', 'bash', '/opt/backup.sh'] },
    { image: `registry:5000/memory@sha256:${'0'.repeat(64)}` },
    { resources: { cpu: '1.5', memory: '2Gi' } },
  ])('may have %j', (part) => {
    expect(mistakesOf({ ...example, ...part })).toEqual([]);
  });

  test.each([
    [
      'a command line',
      { ...example, backup: 'memory export | gzip' },
      'backup',
      /found a value of type string; write one of type list/,
    ],
    [
      'a line of a shell',
      { ...example, backup: ['/bin/bash', '-euc', 'memory export | gzip'] },
      'backup',
      /\[.*\] runs a line of a shell, whose exit code hides failures before a pipe; write a program/,
    ],
    [
      'no program',
      { ...example, restore: [] },
      'restore',
      /no program is named; write it and its arguments/,
    ],
    ['no check', { ...example, check: undefined }, 'check', /.* is missing; add it/],
    [
      'a NUL character',
      { ...example, check: ['memory', 'a\0b'] },
      'check.1',
      /an argument has a NUL character/,
    ],
    [
      'a secret by its value',
      { ...example, env: { MEMORY_PASSWORD: 'hunter2' } },
      'env.MEMORY_PASSWORD',
      /MEMORY_PASSWORD would stand in the plan for everybody to read; write \{ secret:/,
    ],
    [
      'a variable that no program can read',
      { ...example, env: { 'MEMORY-HOST': 'memory' } },
      'env.MEMORY-HOST',
      /"MEMORY-HOST" is not the name of an environment variable/,
    ],
    [
      'an image without a version',
      { ...example, image: 'ghcr.io/acme/memory' },
      'image',
      /"ghcr.io\/acme\/memory" is not an image with its version; write a tag or a digest/,
    ],
    [
      'an image that changes',
      { ...example, image: 'ghcr.io/acme/memory:latest' },
      'image',
      /".*:latest" is another image tomorrow; write the tag of a version/,
    ],
    ['root', { ...example, uid: 0 }, 'uid', /0 is root/],
    [
      'memory in the unit of processors',
      { ...example, resources: { memory: '512m' } },
      'resources.memory',
      /"512m" is not an amount of memory; write one such as .512Mi./,
    ],
    [
      'a relative place',
      { ...example, volumes: [{ claim: 'memory', path: 'data' }] },
      'volumes.0.path',
      /"data" is not a place in the container; write an absolute path/,
    ],
    [
      'a claim that Kubernetes refuses',
      { ...example, volumes: [{ claim: 'Memory', path: '/data' }] },
      'volumes.0.claim',
      /"Memory" is not the name of a PersistentVolumeClaim/,
    ],
    [
      'a live copy',
      { ...example, protect: [...example.protect, replication({ within: '1m' })] },
      'protect.1.kind',
      /"replication" is not possible here/,
    ],
  ])('is refused with %s', (_what, source, path, message) => {
    expect(mistakesOf(source)).toEqual([refusal(path, message)]);
  });
});
