import { z } from 'zod';
import type { Schedule } from '../../plan/values/schedule.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';

/** A CronJob, a Deployment, or what runs a server beside which the program runs, for one source. */
export interface Workload {
  readonly resource: Resource;
  readonly source: string;
  /** What the program does: `backup`, `wal`, `aof`, `restore`. */
  readonly action: string;
  /** What is behind it on the command line. */
  readonly options: readonly string[];
  readonly container: Located;
  readonly pod: Located;
}

const argsSchema = z.array(z.string());

const POD_OF: Readonly<Record<string, readonly string[]>> = {
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
};

export function readWorkloads(manifests: readonly Resource[]): Workload[] {
  return Object.entries(POD_OF).flatMap(([type, path]) =>
    ofType(manifests, type).flatMap((resource) => {
      const pod = resource.body.get(...path);
      return pod ? workloadsOf(resource, pod) : [];
    }),
  );
}

function workloadsOf(resource: Resource, pod: Located): Workload[] {
  // A sidecar is an init container that does not end.
  const containers = ['containers', 'initContainers'].flatMap(
    (name) => pod.get(name)?.items() ?? [],
  );
  return containers.flatMap((container) => {
    const parsed = argsSchema.safeParse(container.get('args')?.value);
    if (!parsed.success) return [];
    const [action = '', ...options] = parsed.data;
    const source = options[options.indexOf('--source') + 1];
    return options.includes('--source') && source !== undefined
      ? [{ resource, source, action, options, container, pod }]
      : [];
  });
}

/** Value of a container's environment variable, with its place. */
export const variableOf = (container: Located, name: string): Located | undefined =>
  container
    .get('env')
    ?.items()
    .find((variable) => variable.text('name') === name)
    ?.get('value');

/** When a CronJob starts; empty where it says nothing. */
export const scheduleOf = ({ resource: { body } }: Workload): Schedule => ({
  cron: body.text('spec', 'schedule') ?? '',
  timezone: body.text('spec', 'timeZone') ?? '',
});
