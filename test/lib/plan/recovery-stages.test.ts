import { compile } from '../../../lib/plan/compile.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { findingsOf, plan } from './example.ts';

type Phases = NonNullable<NonNullable<PlanInput['recovery']>['phases']>;

const withPhases = (...phases: Phases) => plan({ recovery: { phases } });

test('stages and operators of a recovery are compiled as they are written', () => {
  const written = plan({
    recovery: {
      operators: ['cert-manager'],
      phases: [{ name: 'First', restores: ['database'], stages: ['infrastructure', 'data'] }],
    },
  });
  expect(compile(written, 'production').compiled?.recovery).toMatchObject({
    operators: ['cert-manager'],
    phases: [{ name: 'First', stages: ['infrastructure', 'data'] }],
  });
});

test.each<[string, Phases]>([
  ['out of their order', [{ name: 'A', stages: ['data', 'rbac'] }]],
  [
    'in two phases',
    [
      { name: 'A', stages: ['data'] },
      { name: 'B', stages: ['data'] },
    ],
  ],
  [
    'in phases out of their order',
    [
      { name: 'A', stages: ['application'] },
      { name: 'B', stages: ['data'] },
    ],
  ],
])('stages %s are refused', (_what, phases) => {
  expect(findingsOf(withPhases(...phases))).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      path: 'recovery.phases',
      message: expect.stringContaining('not each there once and in their order'),
      remedy: expect.stringContaining('infrastructure, operators, rbac, data'),
    }),
  );
});

test('a stage that does not exist is refused', () => {
  expect(
    findingsOf({ ...plan(), recovery: { phases: [{ name: 'A', stages: ['databases'] }] } }),
  ).toContainEqual(
    expect.objectContaining({ severity: 'error', path: 'recovery.phases.0.stages.0' }),
  );
});
