import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { namespaceOfHost } from '../values/server-namespace.ts';

/** Whether what runs in a server's own pod finds there what it needs. */
export const checkSidecars = ({ sources, kubernetes }: CheckedPlan): Finding[] =>
  sources.flatMap((source) => sidecar(source, kubernetes.namespace));

function sidecar({ name, config, pathOf }: CheckedSource, own: string): Finding[] {
  if (config.engine !== 'redis' || !config.protect.some(({ kind }) => kind === 'aof')) return [];
  const { service } = config.server;
  const namespace = namespaceOfHost(service, own);
  if (namespace === own) return [];
  const where =
    namespace === undefined
      ? `${service} is no service of the cluster, and the append-only file is read in the pod of its server`
      : `the append-only file of ${name} is read in the pod of its server, in the namespace ${namespace}; the account, the plan and the lease that it needs there are in ${own}`;
  return [
    {
      code: 'TM640',
      severity: 'error',
      path: pathOf('server', 'service'),
      message: where,
      value: service,
      remedy:
        namespace === undefined
          ? "protect it with snapshots alone, or run 'tidemark aof' beside the server yourself and exempt this"
          : `set kubernetes.namespace to '${namespace}', or write a plan for ${name}`,
    },
  ];
}
