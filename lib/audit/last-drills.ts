import { hasOtherThanDumps } from '../catalog/drill-status.ts';
import type { CompiledSource } from '../plan/compiled.ts';
import type { Audit } from './model.ts';

type Drill = Audit['drills'][number];

/**
 * The newest drill of what a restore begins with, and the newest of a dump: one proves nothing of the other.
 * @param drills newest first
 */
export function lastDrills(
  drills: readonly Drill[],
  source: string,
): { readonly ofOthers: Drill | undefined; readonly ofDump: Drill | undefined } {
  const own = drills.filter((drill) => drill.source === source);
  return {
    ofOthers: own.find(({ ofDump }) => !ofDump),
    ofDump: own.find(({ ofDump }) => ofDump),
  };
}

/** Whether a drill is one of what a restore of the source begins with. */
export const restores = (
  source: Pick<CompiledSource, 'name' | 'protections'>,
  drill: Drill,
): boolean => drill.source === source.name && !(drill.ofDump && hasOtherThanDumps(source));
