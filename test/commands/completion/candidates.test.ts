import { PassThrough } from 'node:stream';
import { candidates, type PlanValues } from '../../../lib/commands/completion/candidates.ts';
import type { Io } from '../../../lib/commands/main.ts';
import { program } from '../../../lib/commands/program.ts';

const tidemark = program({ stdout: new PassThrough() } as unknown as Io);

/** A plan of one environment and two sources; a test of the shells asks real ones. */
const VALUES: PlanValues = async (name, given) => {
  if (name === 'plan') return ['quickstart', 'insightdesk'];
  if (given.plan === 'nonsense') throw new Error('no plan');
  if (name === 'env' && given.plan === 'insightdesk') return ['production'];
  return name === 'source' && given.env === 'production' ? ['postgresql', 'redis'] : [];
};

const offered = async (...words: string[]) =>
  (await candidates(tidemark, words, VALUES)).map(({ text }) => text);

test.each([
  [['kube'], ['kubectl-plan']],
  [
    ['kubectl-plan', 're'],
    ['resume', 'restore-latest', 'restore-to'],
  ],
  [['kubectl-plan', '--json', 'dr'], ['drill']],
  [['kubectl-plan', '--plan', 'insightdesk', 'sw'], ['switch-over']],
  [
    ['restore', '--thaw-speed', ''],
    ['standard', 'bulk'],
  ],
  [['status', '--plan', 'quick'], ['quickstart']],
  [['check', 'quick'], ['quickstart']],
  [['status', '--plan', 'insightdesk', '--env', 'prod'], ['production']],
  [['status', '--plan=insightdesk', '--env', 'prod'], ['production']],
  [
    ['status', '--plan', 'bud', '--env', 'production', '--source', ''],
    ['postgresql', 'redis'],
  ],
  [['restore', '--to-l'], ['--to-lsn']],
])('%j', async (words, expected) => {
  expect(await offered(...words)).toEqual(expected);
});

test('what is not for people is not offered', async () => {
  expect(await offered('comp')).toEqual(['completion']);
});

test.each([
  [['restore', '--target', '']],
  [['unknown', '']],
  [['status', '--env', '']],
  [['completion', 'bash', '']],
])('nothing, so that the shell offers files: %j', async (words) => {
  expect(await offered(...words)).toEqual([]);
});

test('a plan that cannot be read is an error, which the command keeps to itself', async () => {
  await expect(offered('status', '--plan', 'nonsense', '--env', '')).rejects.toThrow('no plan');
});
