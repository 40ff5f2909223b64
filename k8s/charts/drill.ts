import { RESTORE_MEMORY } from '../../lib/engines/redis/plan.ts';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { drillVolume } from '../../lib/plan/drill-volume.ts';
import type { Schedule } from '../../lib/plan/values/schedule.ts';
import type { Size } from '../../lib/plan/values/size.ts';
import { evidenceArgs, mostFrequent, proofWork } from './proof.ts';
import { POSTGRESQL_MEMORY } from './restore.ts';
import { scratchVolume } from './scratch-volume.ts';
import type { Work } from './work.ts';

const SCRATCH = '/scratch';

/**
 * Restores into a volume of the pod's own, starts the server on it as a child of the same program, and looks at the data.
 * @param what is drilled: options of `tidemark drill`
 * @param size of the volume
 */
export const drillWork = (
  compiled: CompiledPlan,
  source: DerivedSource,
  name: string,
  what: readonly string[],
  size: Size = drillVolume(source),
): Work =>
  proofWork(source, {
    name,
    component: 'drill',
    command: [
      'drill',
      '--scratch',
      SCRATCH,
      ...what,
      ...(what.includes('--evidence') ? [] : evidenceArgs(compiled)),
    ],
    volumes: [
      scratchVolume({
        name: 'restored',
        size,
        storageClass: source.settings.drill?.storageClass,
        mountPath: SCRATCH,
      }),
    ],
    resources: { cpu: ['500m', '4'], memory: memoryOf(source) },
  });

/** A drill on its schedule. */
interface ScheduledDrill {
  readonly work: Work;
  readonly schedule: Schedule;
}

/**
 * Every drill that the plan asks for. One restores everything, so that it serves `restore` and `fullRestore`, as often as
 * the more frequent of them. Dumps beside base backups are another way back, which that one says nothing about.
 */
export function plannedDrills(compiled: CompiledPlan, source: DerivedSource): ScheduledDrill[] {
  const schedule = mostFrequent([source.verify.restore, source.verify.fullRestore]);
  if (!schedule) return [];
  const drill = (name: string, what: readonly string[]): ScheduledDrill => ({
    work: drillWork(compiled, source, name, what),
    schedule,
  });
  return [drill('drill', []), ...(hasDumpsBeside(source) ? [drill('dump-drill', ['--dump'])] : [])];
}

/** Chosen tables and definitions alone cannot be drilled by themselves. */
function hasDumpsBeside({ protections }: DerivedSource): boolean {
  const rows = protections.filter(({ derived }) => derived);
  const dumps = rows.filter(({ kind }) => kind === 'logical');
  return (
    rows.some(({ kind }) => kind === 'full') &&
    dumps.length > 0 &&
    dumps.every(({ dump }) => dump?.tables === undefined && dump?.schemaOnly !== true)
  );
}

/** The server runs in the pod. Redis holds everything in memory. */
function memoryOf({ engine, settings }: DerivedSource): string {
  if (settings.drill?.memory !== undefined) return settings.drill.memory;
  return engine === 'redis' ? (settings.restore?.memory ?? RESTORE_MEMORY) : POSTGRESQL_MEMORY;
}
