import { compile } from '../../../lib/plan/compile.ts';
import { compiledPlanSchema } from '../../../lib/plan/compiled.ts';
import { planOfPods, planOfSource } from '../../../lib/plan/pod-plan.ts';
import { compiledPlan, compiledSource } from '../../k8s/compiled-plan.ts';
import { deployedPlan } from '../../k8s/deployed-plan.ts';
import { plan } from './example.ts';

const whole = deployedPlan({
  title: 'Shop',
  sources: [compiledSource(), compiledSource({ name: 'audit' })],
  classes: [
    { name: '30d', days: 30, storage: 'standard' },
    { name: '366d', days: 366, storage: 'standard' },
    { name: '8d', days: 8, storage: 'standard' },
  ],
  breakGlass: { principals: ['user/anna'], bypassGovernance: false },
  alerts: {
    ...compiledPlan().alerts,
    email: ['oncall@example.com'],
    https: ['https://events.example.com'],
    missing: { severity: 'critical', afterSeconds: 7200 },
  },
});
const [orders] = whole.sources;
if (!orders) throw new Error('the plan has sources');
const read = planOfSource(whole, orders);

test('is a compiled plan like any other', () => {
  expect(compiledPlanSchema.parse(read)).toEqual(read);
});

test('has what the source is written and judged by', () => {
  expect(read.sources).toEqual([orders]);
  expect(read.classes.map(({ name }) => name)).toEqual(['30d', '8d']);
  expect(read.alerts.missing).toEqual({ severity: 'critical', afterSeconds: 7200 });
  expect(read).toMatchObject({
    plan: 'shop',
    environment: 'production',
    buckets: whole.buckets,
    lock: 'governance',
    kubernetes: { namespace: 'shop-backup' },
  });
});

test('has nobody in it who is told, and nothing of how pods fit a cluster', () => {
  expect(JSON.stringify(read)).not.toMatch(/oncall|events\.example|anna|vault|registry"|git\./);
  expect(Object.keys(read.kubernetes)).toEqual(['namespace', 'cluster', 'replicaCluster', 'image']);
});

test('for what works for the whole plan, has every source and what the exporter is told', () => {
  const { sources, classes, monitoring, recovery } = planOfPods(whole);
  expect({ sources, classes, monitoring }).toEqual({
    sources: whole.sources,
    classes: whole.classes,
    monitoring: whole.monitoring,
  });
  expect(recovery).toEqual({ severities: [], phases: [] });
  expect(JSON.stringify(planOfPods(whole))).not.toMatch(/oncall|anna|vault/);
});

/** What is left out, or stands there empty. A key that is new is read by pods until somebody has thought about it. */
const LEFT_OUT = ['title', 'retired', 'breakGlass', 'recovery', 'awsBackup', 'monitoring'];

test('a part of the plan that is left out is known to be', () => {
  const kept = Object.entries(read)
    .filter(([, value]) => JSON.stringify(value) !== '[]' && value !== null)
    .map(([key]) => key);
  const all = Object.keys(compiledPlanSchema.shape);
  expect(LEFT_OUT.filter((key) => !all.includes(key))).toEqual([]);
  expect(kept.filter((key) => LEFT_OUT.includes(key))).toEqual(['recovery']);
  expect(read.recovery).toEqual({ severities: [], phases: [] });
});

test('an environment replaces how pods fit its cluster key by key', () => {
  const written = plan({
    kubernetes: {
      ...plan().kubernetes,
      labels: { team: 'platform' },
      pods: { nodeSelector: { pool: 'backup' } },
    },
    environments: {
      production: {
        account: '111111111111',
        kubernetes: { pods: { tolerations: [{ operator: 'Exists' }] } },
      },
    },
  });
  const { compiled } = compile(written, 'production');
  expect(compiled?.kubernetes).toMatchObject({ labels: { team: 'platform' } });
  expect(compiled?.kubernetes.pods).toEqual({ tolerations: [{ operator: 'Exists' }] });
});
