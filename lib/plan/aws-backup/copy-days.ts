import { LIMITS } from './capabilities.ts';
import type { CompiledBackupRule } from './compiled.ts';

/**
 * Days that a copy is kept; null = for ever. A copy without an end takes the end of what it is copied from, if that has
 * one: hence the most days that there are.
 */
export const copyDays = ({
  keepDays,
  copy,
}: Pick<CompiledBackupRule, 'keepDays' | 'copy'>): number | null =>
  copy?.keepDays === null && keepDays !== null ? LIMITS.keepDays : (copy?.keepDays ?? null);
