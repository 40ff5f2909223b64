import { basename, dirname } from 'node:path/posix';
import { z } from 'zod';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';
import type { Workload } from './workloads.ts';

/** Where the text of the plan is that a pod reads, or why there is none. */
type PlanFile = { readonly at: Located; readonly missing?: string };

const argsSchema = z.array(z.string());

/** Follows `--config` through the volume that is mounted there to the ConfigMap. */
export function planFileOf(workload: Workload, manifests: readonly Resource[]): PlanFile {
  const { container, pod } = workload;
  const args = argsSchema.parse(container.get('args')?.value);
  const path = args[args.indexOf('--config') + 1] ?? '';
  const at = container.get('args') ?? container;
  const mount = container
    .get('volumeMounts')
    ?.items()
    .find((one) => one.text('mountPath') === dirname(path));
  const volume = pod
    .get('volumes')
    ?.items()
    .find((one) => one.text('name') === mount?.text('name'));
  const name = volume?.text('configMap', 'name');
  if (name === undefined) return { at, missing: `nothing is mounted at ${dirname(path)}` };
  const map = ofType(manifests, 'ConfigMap').find(({ id }) => id === `ConfigMap/${name}`);
  const data = map?.body.get('data', basename(path));
  if (!data) {
    return {
      at: volume?.get('configMap', 'name') ?? at,
      missing: `there is no ConfigMap ${name} with ${basename(path)}`,
    };
  }
  return { at: data };
}
