import { RESTORE_MEMORY } from '../../lib/engines/redis/plan.ts';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { drillVolume } from '../../lib/plan/drill-volume.ts';
import { hasDumpsBeside } from '../../lib/plan/proof-schedules.ts';
import type { Size } from '../../lib/plan/values/size.ts';
import { evidenceArgs, proofWork } from './proof.ts';
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

/** Every drill that a plan may ask for: of the latest state, and of dumps beside base backups. */
export const drills = (compiled: CompiledPlan, source: DerivedSource): Work[] => [
  drillWork(compiled, source, 'drill', []),
  ...(hasDumpsBeside(source) ? [drillWork(compiled, source, 'dump-drill', ['--dump'])] : []),
];

/** The server runs in the pod. Redis holds everything in memory. */
function memoryOf({ engine, settings }: DerivedSource): string {
  if (settings.drill?.memory !== undefined) return settings.drill.memory;
  return engine === 'redis' ? (settings.restore?.memory ?? RESTORE_MEMORY) : POSTGRESQL_MEMORY;
}
