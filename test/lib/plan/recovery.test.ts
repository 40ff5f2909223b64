import { compile } from '../../../lib/plan/compile.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { findingsOf, plan } from './example.ts';

type Phases = NonNullable<NonNullable<PlanInput['recovery']>['phases']>;

/** The findings about recovery of a plan with an objective of one hour. */
const found = (...phases: Phases) =>
  findingsOf(plan({ recovery: { phases } })).filter(({ code }) => code.startsWith('TM8'));

test('phases that fit into the objective and restore every source have no finding', () => {
  expect(
    found(
      { name: 'Data', within: '59m', restores: ['database'] },
      { name: 'Checks', within: '1m' },
    ),
  ).toEqual([]);
});

test('phases longer than the objective together are a warning', () => {
  expect(
    found(
      { name: 'Data', within: '59m', restores: ['database'] },
      { name: 'Checks', within: '2m' },
    ),
  ).toMatchObject([
    {
      code: 'TM803',
      severity: 'warning',
      path: 'objectives.rto',
      message: expect.stringContaining('1 h 1 min together, more than the objective of 1 h'),
    },
  ]);
});

test('a phase that restores what is no source is an error, and the source is missed', () => {
  expect(found({ name: 'Data', restores: ['databse'] })).toMatchObject([
    { code: 'TM801', severity: 'error', path: 'recovery.phases.0.restores' },
    { code: 'TM802', severity: 'warning', message: expect.stringContaining('restores database') },
  ]);
});

test('phases that name no source are a runbook', () => {
  expect(found({ name: 'Assessment' }, { name: 'Decision' })).toEqual([]);
});

test('a severity without a time has that of the environment, and a sentence is one step', () => {
  const { compiled } = compile(
    plan({
      recovery: {
        severities: [
          { level: '1', scenario: 'all is lost', procedure: 'restore' },
          { level: '2', scenario: 'a row is lost', rto: '8h', procedure: ['look', 'restore'] },
        ],
        phases: [{ name: 'Data' }],
      },
    }),
    'production',
  );
  expect(compiled?.recovery).toEqual({
    severities: [
      { level: '1', scenario: 'all is lost', rtoSeconds: 3600, procedure: ['restore'] },
      {
        level: '2',
        scenario: 'a row is lost',
        rtoSeconds: 8 * 3600,
        procedure: ['look', 'restore'],
      },
    ],
    phases: [{ name: 'Data', withinSeconds: null, restores: [], steps: [] }],
  });
});
