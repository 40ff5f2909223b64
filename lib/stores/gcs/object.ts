import { z } from 'zod';
import { StoreError } from '../errors.ts';
import type { ObjectInfo } from '../store.ts';
import { type GcsAnswer, textOf } from './transport.ts';

/** What Google tells of an object. Numbers come as text. */
const objectSchema = z.object({
  name: z.string(),
  size: z.string().regex(/^\d+$/).transform(Number),
  generation: z.string(),
  timeCreated: z.coerce.date(),
  /** Of a version that is not the live one. */
  timeDeleted: z.string().optional(),
  /** Base64; absent on what was put together from several objects. */
  md5Hash: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type GcsObject = z.infer<typeof objectSchema>;

/** Of `GcsObject`, for answers that would be long otherwise. */
export const LISTED_FIELDS = 'name,size,generation,timeCreated,timeDeleted';

const holdSchema = z.object({ temporaryHold: z.boolean().default(false) });

const pageSchema = z.object({
  items: z.array(objectSchema).default([]),
  prefixes: z.array(z.string()).default([]),
  nextPageToken: z.string().optional(),
});
export type GcsPage = z.infer<typeof pageSchema>;

export const objectOf = (answer: GcsAnswer): Promise<GcsObject> => parse(objectSchema, answer);

export const isHeld = async (answer: GcsAnswer): Promise<boolean> =>
  (await parse(holdSchema, answer)).temporaryHold;

export const pageOf = (answer: GcsAnswer): Promise<GcsPage> => parse(pageSchema, answer);

async function parse<T>(schema: z.ZodType<T>, { body }: GcsAnswer): Promise<T> {
  const text = await textOf(body);
  const result = schema.safeParse(jsonOf(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new StoreError(
    `the store's answer is not that of Google Cloud Storage: ${issue?.path.join('.')}: ${issue?.message}; check the endpoint`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The time it was written: holds change the time of its last change. */
export const objectInfo = (key: string, found: GcsObject): ObjectInfo => ({
  key,
  size: found.size,
  lastModified: found.timeCreated,
});
