import { parse } from 'yaml';
import { z } from 'zod';
import {
  podMonitorSchema,
  prometheusRuleSchema,
} from '../../../../k8s/charts/monitoring/schemas.ts';
import { EXPORTER_PORT } from '../../../../lib/exporter/exporter.ts';
import type { CompiledPlan } from '../../../../lib/plan/compiled.ts';
import { compiledPlan } from '../../compiled-plan.ts';
import { type KubernetesObject, synthesised, synthesisedFiles } from '../../synthesised.ts';
import { clusterSource } from '../velero/cluster-source.ts';
import { MONITORING } from './cases/alert-case.ts';

type Monitoring = NonNullable<CompiledPlan['monitoring']>;

const monitored = (): CompiledPlan => compiledPlan({ monitoring: MONITORING });

const changed = (changes: Partial<Monitoring>): CompiledPlan =>
  compiledPlan({ monitoring: { ...MONITORING, ...changes } });

const deploymentSchema = z.object({
  template: z.object({
    metadata: z.object({
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
    spec: z.looseObject({
      serviceAccountName: z.string(),
      automountServiceAccountToken: z.boolean(),
      containers: z
        .array(
          z.looseObject({
            image: z.string(),
            args: z.array(z.string()),
            ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
          }),
        )
        .length(1),
    }),
  }),
});

async function find(compiled: CompiledPlan, kind: string, name: RegExp): Promise<KubernetesObject> {
  const found = (await synthesised(compiled)).find(
    (object) => object.kind === kind && name.test(object.metadata?.name ?? ''),
  );
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

async function exporter(compiled: CompiledPlan) {
  const { spec } = await find(compiled, 'Deployment', /exporter/);
  return deploymentSchema.parse(spec).template;
}

test('a plan that asks for nothing is given nothing', async () => {
  const names = [...(await synthesisedFiles(compiledPlan())).keys()];
  expect(names.filter((name) => /^4[56]-|^prometheus/.test(name))).toEqual([]);
});

test('a plan without anything to watch is given nothing', async () => {
  const names = [...(await synthesisedFiles({ ...monitored(), sources: [] })).keys()];
  expect(names.filter((name) => /^4[56]-|^prometheus/.test(name))).toEqual([]);
});

test('a plan of a cluster alone is given the alerts of Velero, and no exporter that would be missed', async () => {
  const plan = { ...monitored(), sources: [clusterSource()] };
  const files = await synthesisedFiles(plan);
  expect([...files.keys()].filter((name) => /^4[56]-|^prometheus/.test(name))).toEqual([
    '46-prometheus.yaml',
    'prometheus/rules.yaml',
  ]);
  expect(files.get('46-prometheus.yaml')).not.toContain('kind: PodMonitor');
  const names = files.get('prometheus/rules.yaml')?.match(/- name: .*/g);
  expect(names).toEqual(['- name: tidemark-shop-production-velero']);
});

test('a plan that asks is given an exporter, rules and a dashboard', async () => {
  const names = [...(await synthesisedFiles(monitored())).keys()];
  expect(names.filter((name) => /^4[56]-|^prometheus/.test(name))).toEqual([
    '45-exporter.yaml',
    '46-dashboard.yaml',
    '46-prometheus.yaml',
    'prometheus/rules.yaml',
  ]);
});

describe('the exporter', () => {
  test('is the image without a server, as an account of its own, without a way to the Kubernetes API', async () => {
    const { spec } = await exporter(monitored());
    expect(spec).toMatchObject({
      serviceAccountName: 'tidemark-exporter',
      automountServiceAccountToken: false,
    });
    expect(spec.containers[0]?.image).toMatch(/-base$/);
  });

  test('listens where its port, its probes and the policy say', async () => {
    const [container] = (await exporter(monitored())).spec.containers;
    expect(container?.args).toEqual(expect.arrayContaining(['--listen', `:${EXPORTER_PORT}`]));
    expect(container?.ports).toEqual([
      expect.objectContaining({ name: 'metrics', containerPort: EXPORTER_PORT }),
    ]);
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
      expect(container?.[probe]).toMatchObject({ httpGet: { path: '/healthz', port: 'metrics' } });
    }
    const policy = await find(monitored(), 'NetworkPolicy', /exporter/);
    expect(policy.spec).toMatchObject({
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
            },
          ],
          ports: [{ port: EXPORTER_PORT, protocol: 'TCP' }],
        },
      ],
    });
  });

  test('is found by its labels, whichever of the two looks for it', async () => {
    const { metadata } = await exporter(monitored());
    const policy = await find(monitored(), 'NetworkPolicy', /exporter/);
    const monitor = podMonitorSchema.parse(await find(monitored(), 'PodMonitor', /exporter/));
    const selectors = [
      z
        .object({ podSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }) })
        .parse(policy.spec).podSelector.matchLabels,
      monitor.spec.selector.matchLabels,
    ];
    for (const selector of selectors) {
      expect(metadata.labels).toMatchObject(selector);
      expect(Object.keys(selector)).toContain('app.kubernetes.io/component');
    }
    expect(metadata.annotations).toBeUndefined();
  });

  test('has its role named by an annotation where the cluster has an issuer', async () => {
    const { kubernetes } = compiledPlan();
    const issuers = { primary: 'oidc.example.com/a', replica: 'oidc.example.com/b' };
    const compiled = { ...monitored(), kubernetes: { ...kubernetes, issuers } };
    const account = await find(compiled, 'ServiceAccount', /exporter/);
    expect(account.metadata?.annotations).toMatchObject({
      'eks.amazonaws.com/role-arn':
        'arn:aws:iam::123456789012:role/tidemark-shop-production-exporter-eu-central-1',
    });
  });
});

describe('objects of the Prometheus Operator', () => {
  test('have the labels that its Prometheus selects by', async () => {
    for (const kind of ['PodMonitor', 'PrometheusRule']) {
      const { metadata } = await find(monitored(), kind, /exporter/);
      expect(metadata?.labels).toMatchObject({ release: 'kube-prometheus-stack' });
    }
  });

  test('are of the strict form', async () => {
    const monitor = await find(monitored(), 'PodMonitor', /exporter/);
    const rule = await find(monitored(), 'PrometheusRule', /exporter/);
    expect(podMonitorSchema.safeParse(monitor).success).toBe(true);
    expect(prometheusRuleSchema.safeParse(rule).success).toBe(true);
    const { spec } = podMonitorSchema.parse(monitor);
    const misspelt = { ...monitor, spec: { ...spec, podMetricEndpoints: [] } };
    expect(podMonitorSchema.safeParse(misspelt).success).toBe(false);
  });

  test('are scraped no more seldom than the exporter looks', async () => {
    const of = async (refreshSeconds: number) =>
      podMonitorSchema.parse(await find(changed({ refreshSeconds }), 'PodMonitor', /exporter/)).spec
        .podMetricsEndpoints[0]?.interval;
    expect(await of(30)).toBe('30s');
    expect(await of(3600)).toBe('60s');
  });

  test('are not written for clusters without it: there the pod says that it wants to be scraped', async () => {
    const compiled = changed({ operator: false });
    const kinds = (await synthesised(compiled)).map(({ kind }) => kind);
    expect(kinds).not.toContain('PodMonitor');
    expect(kinds).not.toContain('PrometheusRule');
    expect((await exporter(compiled)).metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(EXPORTER_PORT),
      'prometheus.io/path': '/metrics',
    });
  });

  test('say the same as the rules file', async () => {
    const file = (await synthesisedFiles(monitored())).get('prometheus/rules.yaml');
    const rule = prometheusRuleSchema.parse(await find(monitored(), 'PrometheusRule', /exporter/));
    expect(parse(file ?? '')).toEqual({ groups: rule.spec.groups });
  });
});

test('the plan says how bad what is, and how long a failure may last', async () => {
  const plan = monitored();
  const alerts: CompiledPlan['alerts'] = {
    ...plan.alerts,
    failed: { severity: 'warning', forSeconds: 5400 },
    tooSmall: { severity: 'critical', below: 0.5 },
  };
  const { spec } = prometheusRuleSchema.parse(
    await find({ ...plan, alerts }, 'PrometheusRule', /exporter/),
  );
  const rule = (alert: string) =>
    spec.groups.flatMap(({ rules }) => rules).find((one) => one.alert === alert);
  expect(rule('TidemarkBackupFailed')).toMatchObject({
    labels: { severity: 'warning' },
    for: '1h30m',
  });
  expect(rule('TidemarkBackupTooSmall')).toMatchObject({
    labels: { severity: 'critical' },
    expr: expect.stringMatching(/ < 0\.5$/),
  });
});

test('the rules of a cluster that waits are beside what wakes it', async () => {
  const { kubernetes } = compiledPlan();
  const waiting = { ...monitored(), kubernetes: { ...kubernetes, standby: true } };
  const names = [...(await synthesisedFiles(waiting)).keys()];
  expect(names.filter((name) => name.endsWith('rules.yaml')).sort()).toEqual([
    'failover/prometheus/rules.yaml',
    'prometheus/rules.yaml',
  ]);
});
