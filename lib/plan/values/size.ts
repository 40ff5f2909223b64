import { z } from 'zod';

export const GIBIBYTE = 1024 ** 3;

const UNITS = { MiB: 1024 ** 2, GiB: GIBIBYTE, TiB: 1024 ** 4 } as const;
type Unit = keyof typeof UNITS;

/** A number of bytes as a person writes it: `800MiB`, `1.5GiB`, `12TiB`. */
export type Size = `${number}${Unit}`;

const PATTERN = /^(\d{1,6}(?:\.\d{1,3})?)(MiB|GiB|TiB)$/;

const NOT_A_SIZE = {
  error: (issue: { input?: unknown }) =>
    `${JSON.stringify(issue.input)} is not a size; write a number and a unit, such as '800MiB', '1.5GiB' or '12TiB'`,
};

export const sizeSchema = z
  .templateLiteral([z.number(), z.enum(['MiB', 'GiB', 'TiB'])], NOT_A_SIZE)
  .refine((text) => PATTERN.test(text), NOT_A_SIZE);

/** What a source stores, compressed as it is: costs are computed from it, and nothing else. */
export const sourceSizeSchema = z.strictObject({
  /** One full backup. */
  full: sizeSchema,
  /** What a log, incremental backups or changes add in a day. */
  perDay: sizeSchema.optional(),
});

/** Bytes as they are stored. */
export const sourceBytesSchema = z.strictObject({
  full: z.int().min(0),
  perDay: z.int().min(0),
});
export type SourceBytes = z.infer<typeof sourceBytesSchema>;

/** Whole bytes. @throws TypeError for what is not a size */
export function bytes(size: Size): number {
  const [, count, unit] = PATTERN.exec(size) ?? [];
  if (count === undefined || unit === undefined) {
    throw new TypeError(`not a size: ${JSON.stringify(size)}`);
  }
  return Math.round(Number(count) * UNITS[unit as Unit]);
}

export const sourceBytes = ({ full, perDay }: z.infer<typeof sourceSizeSchema>): SourceBytes => ({
  full: bytes(full),
  perDay: perDay === undefined ? 0 : bytes(perDay),
});

/**
 * Sizes as a command line has them, by source: `database=120GiB+4GiB/d,cache=2GiB`.
 * @throws TypeError that names the part which is wrong
 */
export function parseSizes(text: string): Map<string, SourceBytes> {
  const sizes = new Map<string, SourceBytes>();
  for (const part of text.split(',')) {
    const [, source, full, perDay] = /^([^=]+)=([^+]+)(?:\+(.+)\/d)?$/.exec(part.trim()) ?? [];
    const parsed = sourceSizeSchema.safeParse({ full, ...(perDay !== undefined && { perDay }) });
    if (source === undefined || !parsed.success) {
      throw new TypeError(
        `${JSON.stringify(part)} is not the size of a source; write one such as database=120GiB, or database=120GiB+4GiB/d with what a log or increments add in a day`,
      );
    }
    if (sizes.has(source)) {
      throw new TypeError(`${JSON.stringify(source)} is named twice; write one size for it`);
    }
    sizes.set(source, sourceBytes(parsed.data));
  }
  return sizes;
}
