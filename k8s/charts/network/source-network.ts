import { Chart } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../../lib/plan/compiled.ts';
import { planSelector, SERVER_COMPONENTS } from '../names.ts';
import { serverNamespace } from '../server-location.ts';
import { apiEgress } from './api-egress.ts';
import { policy } from './policy.ts';
import { inNamespace, port } from './rules.ts';

/** What the pods of one source may reach that talk to its server. They are also those that need the API server, for their Lease. */
export class SourceNetworkChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, source: DerivedSource) {
    super(scope, id, { disableResourceNameHashes: true });
    policy(this, compiled, `tidemark-${source.name}-database`, {
      podSelector: {
        matchLabels: {
          ...planSelector(compiled),
          'app.kubernetes.io/instance': source.name,
        },
        matchExpressions: [
          {
            key: 'app.kubernetes.io/component',
            operator: 'In',
            values: [...SERVER_COMPONENTS],
          },
        ],
      },
      policyTypes: ['Egress'],
      egress: [database(compiled, source), ...apiEgress(compiled)],
    });
  }
}

const database = (compiled: CompiledPlan, source: DerivedSource): k8s.NetworkPolicyEgressRule => {
  const namespace = serverNamespace(compiled, source);
  return {
    ...(namespace === undefined ? {} : { to: [inNamespace(namespace)] }),
    ports: [port(source.settings.server.port)],
  };
};
