import type { CheckedPlan, CheckedSource } from '../compile.ts';
import type { Finding } from '../findings.ts';
import { namespaceOfHost } from '../values/server-namespace.ts';

/** Whether a server that archives its WAL by itself finds beside it what it needs, and has something to archive for. */
export const checkArchiving = ({ sources, kubernetes }: CheckedPlan): Finding[] =>
  sources.flatMap((source) => [...elsewhere(source, kubernetes.namespace), ...unkept(source)]);

function elsewhere({ name, config, pathOf }: CheckedSource, own: string): Finding[] {
  if (config.engine !== 'postgresql' || !config.archiving) return [];
  const { service } = config.server;
  const namespace = namespaceOfHost(service, own);
  if (namespace === own) return [];
  return [
    {
      code: 'TM625',
      severity: 'error',
      path: pathOf('archiving'),
      message: `archiving puts the program into the pod of ${service}, ${namespace === undefined ? 'which is no service of the cluster' : `which is in the namespace ${namespace}; the plan and the account that it needs are in ${own}`}`,
      value: service,
      remedy:
        namespace === undefined
          ? 'leave archiving out, and set archive_command on the server yourself (see docs/wal.md)'
          : `set kubernetes.namespace to '${namespace}', write a plan for ${name}, or leave archiving out`,
    },
  ];
}

function unkept({ config, pathOf }: CheckedSource): Finding[] {
  if (config.engine !== 'postgresql' || !config.archiving) return [];
  if (config.protect.some(({ kind }) => kind === 'wal')) return [];
  return [
    {
      code: 'TM626',
      severity: 'error',
      path: pathOf('archiving'),
      message: 'archiving stores the WAL, and no row keeps it',
      value: config.archiving,
      remedy: "add wal({ flush: '60s' }) to protect, or leave archiving out",
    },
  ];
}
