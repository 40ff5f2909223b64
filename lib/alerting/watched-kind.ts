import type { Protection } from '../plan/compiled.ts';

/** Kinds of backups that can be restored by themselves, the one that a source depends on most first. */
const POINTS = ['full', 'snapshot', 'logical'] as const satisfies readonly Protection['kind'][];

/** The kind whose age and size say whether a source has backups: others come beside it. Undefined where no job takes any. */
export const watchedKind = (
  protections: readonly Pick<Protection, 'kind' | 'derived'>[],
): (typeof POINTS)[number] | undefined =>
  POINTS.find((point) => protections.some(({ kind, derived }) => kind === point && derived));
