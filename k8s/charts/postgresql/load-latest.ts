import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { restoreServiceAccount } from '../../../lib/access/service-accounts.ts';
import { memoryName } from '../../../lib/lock/workloads.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { ByHandChart } from '../by-hand.ts';
import { planLabels } from '../names.ts';
import { serverNamespace } from '../server-location.ts';
import { wave } from '../sync-wave.ts';
import type { Work } from '../work.ts';
import { type LoadPlan, loadWork } from './load.ts';

/**
 * Loads the newest dump of the plan's database into the running server, when a person starts it with
 * `kubectl create job --from=cronjob/…`. The database that was there stays under another name.
 */
export class LoadLatestChart extends ByHandChart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    load: LoadPlan,
  ) {
    super(scope, id, compiled, source, newestDump(source, load));
    if (load.scale) this.grantScaling(compiled, source, load.scale);
  }

  /** How many replicas there are, of exactly these, and a Lease that remembers it: nothing else of them can be changed. */
  private grantScaling(
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    scale: readonly string[],
  ): void {
    const own = compiled.kubernetes.namespace;
    const kinds = Map.groupBy(scale, (workload) => workload.split('/')[0] ?? '');
    const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    this.grant(compiled, source, serverNamespace(compiled, source) ?? own, 'scale', [
      ...[...kinds].map(([kind, workloads]) => ({
        apiGroups: ['apps'],
        resources: [`${kind}s/scale`],
        resourceNames: workloads.map((workload) => workload.slice(kind.length + 1)),
        verbs: ['get', 'patch'],
      })),
    ]);
    this.grant(compiled, source, own, 'replicas', [
      { ...leases, resourceNames: [memoryName(source.name)], verbs: ['get', 'patch'] },
      // RBAC cannot restrict `create` to a name: the object has none yet when it is asked.
      { ...leases, verbs: ['create'] },
    ]);
  }

  private grant(
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    namespace: string,
    what: string,
    rules: k8s.PolicyRule[],
  ): void {
    const name = `tidemark-${source.name}-${what}`;
    const metadata = {
      ...{ name, namespace, labels: planLabels(compiled), annotations: wave('policy') },
    };
    new k8s.KubeRole(this, `${what}-role`, { metadata, rules });
    new k8s.KubeRoleBinding(this, `${what}-binding`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [
        {
          kind: 'ServiceAccount',
          name: restoreServiceAccount(source.name),
          namespace: compiled.kubernetes.namespace,
        },
      ],
    });
  }
}

/** The newest dump of the plan's database takes the place of what is there. */
const newestDump = (source: SourceOf<'postgresql'>, load: LoadPlan): Work =>
  loadWork(
    source,
    load,
    'load-latest',
    [
      ...['--replace', '--confirm', source.settings.server.database],
      ...(load.scale ? ['--scale'] : []),
    ],
    source.protections.filter(({ kind }) => kind === 'logical'),
  );
