import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import type { ManifestFolder } from '../../folders.ts';
import { type Origin, render } from '../../render.ts';
import { restoreCharts } from './restores.ts';
import { veleroValues } from './values.ts';

/** What Velero is installed with, and restores for `kubectl create`: none of it is applied. */
export function veleroFolders(origin: Origin, compiled: CompiledPlan): ManifestFolder[] {
  const values = veleroValues(compiled);
  return [
    {
      path: 'values/velero',
      files: new Map(values ? [['values.yaml', render(origin, [values])]] : []),
    },
    {
      path: 'velero/restores',
      files: new Map(
        [...restoreCharts(compiled)].map(([name, chart]) => [
          `${name}.yaml`,
          render(
            origin,
            chart.apiObjects.map((object) => object.toJson()),
          ),
        ]),
      ),
    },
  ];
}
