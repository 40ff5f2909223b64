import type { DrillRun } from '../catalog/run-record.ts';
import { TOOL } from '../version.ts';

/** Which state is drilled: the newest, that of a moment, or that of one backup alone. */
export type DrillTarget = Date | 'latest' | { readonly backup: string };

/** What a drill has seen so far; it becomes the record, whether or not the drill gets to its end. */
export type DrillNotes = Pick<
  DrillRun,
  | 'backup'
  | 'target'
  | 'recoveredTo'
  | 'rpoSeconds'
  | 'rtoSeconds'
  | 'phases'
  | 'counts'
  | 'queries'
  | 'problems'
  | 'versions'
>;

export function noNotes(target: DrillTarget): DrillNotes {
  return {
    backup: typeof target === 'object' && 'backup' in target ? target.backup : null,
    target: target === 'latest' ? target : target instanceof Date ? target.toISOString() : 'backup',
    recoveredTo: null,
    rpoSeconds: null,
    rtoSeconds: null,
    phases: { fetchSeconds: null, recoverSeconds: null, checkSeconds: null },
    counts: null,
    queries: [],
    problems: [],
    versions: { server: null, tool: TOOL },
  };
}
