import { compile } from '../../../lib/plan/compile.ts';
import { full, kubernetes, weaviate } from '../../../lib/plan/language.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { codesOf, findingsOf, plan, source } from './example.ts';

const monitored = (monitoring: unknown): PlanInput =>
  ({ ...plan(), monitoring }) as unknown as PlanInput;

test('a namespace is enough: the rest has defaults', () => {
  const { compiled } = compile(plan({ monitoring: { namespace: 'monitoring' } }), 'production');
  expect(compiled?.monitoring).toEqual({
    namespace: 'monitoring',
    refreshSeconds: 300,
    operator: true,
    labels: {},
    dashboard: true,
    slotBytes: 16 * 1024 ** 3,
  });
});

test('a plan that asks for nothing of Prometheus compiles to nothing of it', () => {
  expect(compile(plan(), 'production').compiled).not.toHaveProperty('monitoring');
});

test("an environment's own takes the place of the plan's as a whole", () => {
  const of = plan({
    monitoring: { namespace: 'monitoring', operator: false },
    environments: {
      production: { account: '111111111111', monitoring: { namespace: 'observability' } },
    },
  });
  expect(compile(of, 'production').compiled?.monitoring).toMatchObject({
    namespace: 'observability',
    operator: true,
  });
});

test.each([
  [{ namespace: 'M' }, 'monitoring.namespace', '"M" is not a name'],
  [{ refresh: '29s' }, 'monitoring.refresh', '"29s" is not how often the exporter can look'],
  [{ refresh: '2h' }, 'monitoring.refresh', "from '30s' to '1h'"],
  [{ refresh: '9999999m' }, 'monitoring.refresh', '"9999999m" is not a duration'],
  [{ labels: { 'a b': 'c' } }, 'monitoring.labels', '"a b" is not the name of a label'],
  [{ labels: { release: 'a b' } }, 'monitoring.labels', '"a b" is not the value of a label'],
  [{ slot: '16GB' }, 'monitoring.slot', '"16GB" is not a size'],
])('%j is refused, and the finding says what to write', (part, path, words) => {
  const findings = findingsOf(monitored({ namespace: 'monitoring', ...part }));
  const errors = findings.filter(({ severity }) => severity === 'error');
  expect(errors).toEqual([expect.objectContaining({ path: expect.stringContaining(path) })]);
  expect(`${errors[0]?.message}; ${errors[0]?.remedy}`).toContain(words);
});

describe('TM655', () => {
  const vectors = weaviate({
    server: { service: 'weaviate.shop' },
    classes: { include: ['Products'] },
    protect: [full({ at: '02:30', keep: '30d' })],
  });

  test('warns where no job takes backups', () => {
    const of = plan({
      monitoring: { namespace: 'monitoring' },
      sources: { vectors },
    });
    expect(findingsOf(of).filter(({ code }) => code === 'TM655')).toMatchObject([
      { severity: 'warning', path: 'monitoring' },
    ]);
  });

  test('says nothing where Velero takes some, which tells Prometheus of itself', () => {
    const cluster = kubernetes({ protect: [full({ at: '05:00', keep: '30d' })] });
    const of = plan({ monitoring: { namespace: 'monitoring' }, sources: { cluster } });
    expect(codesOf(of)).not.toContain('TM655');
  });

  test('says nothing where one does', () => {
    const of = plan({ monitoring: { namespace: 'monitoring' } });
    expect(codesOf(of)).not.toContain('TM655');
  });
});

describe('TM656', () => {
  const found = (refresh: '5m' | '6m') =>
    findingsOf(
      plan({ monitoring: { namespace: 'monitoring', refresh }, sources: { database: source() } }),
    ).filter(({ code }) => code === 'TM656');

  test('warns where more may be lost between two looks than the plan allows', () => {
    expect(found('6m')).toMatchObject([
      {
        path: 'monitoring.refresh',
        message: expect.stringContaining('every 6 min, and more may be lost in between'),
        remedy: "write refresh: '300s' or less",
      },
    ]);
  });

  test('says nothing where the objective is as long', () => {
    expect(found('5m')).toEqual([]);
  });
});
