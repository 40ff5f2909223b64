import { z } from 'zod';
import { fullRowSchema, protectOf } from '../../plan/values/rows.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';
import { argvSchema } from './plan-argv.ts';
import { podSchemas } from './plan-pod.ts';

const shape = z.strictObject({
  engine: z.literal('command'),
  ...podSchemas,
  /** Program and arguments whose standard output is the backup. Another exit code than 0, or no output, is no backup. */
  backup: argvSchema,
  /** Program and arguments that restore what they read from standard input. */
  restore: argvSchema,
  /** Program and arguments that read a backup from standard input and exit with 0 only if it is whole. */
  check: argvSchema,
  protect: protectOf(z.discriminatedUnion('kind', [fullRowSchema]), "full({ at: '03:00' })"),
  ...SOURCE_PARTS,
});

export const commandSourceSchema = shape;

export const commandSettingsSchema = shape.omit(NO_SETTINGS);

export type CommandSource = z.input<typeof commandSourceSchema>;

/** Anything with a program that writes a backup to its standard output, and one that restores it. */
export function command(source: Omit<CommandSource, 'engine'>): CommandSource {
  return { engine: 'command', ...source };
}
