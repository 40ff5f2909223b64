import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { wave } from '../sync-wave.ts';
import { dashboard } from './dashboard.ts';
import { exporterLabels } from './names.ts';

type Monitoring = NonNullable<CompiledPlan['monitoring']>;

/** By which the sidecar of Grafana's chart finds dashboards, unless it was told another one. */
const FOUND_BY = { grafana_dashboard: '1' } as const;

/** The dashboard, where Grafana's sidecar looks for it. */
export class DashboardChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, monitoring: Monitoring) {
    super(scope, id, { disableResourceNameHashes: true });
    const { plan, environment, kubernetes } = compiled;
    new k8s.KubeConfigMap(this, 'Dashboard', {
      metadata: {
        name: 'tidemark-dashboard',
        namespace: kubernetes.namespace,
        labels: { ...exporterLabels(compiled), ...FOUND_BY },
        annotations: wave('streamer'),
      },
      // The sidecar puts the files of all namespaces into one folder.
      data: { [`tidemark-${plan}-${environment}.json`]: dashboard(compiled, monitoring) },
    });
  }
}
