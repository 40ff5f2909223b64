import { z } from 'zod';
import { CATALOG } from '../../lib/catalog/keys.ts';

/** What is to be verified: one backup that has just appeared, or everything of a source. */
export type Task =
  | {
      readonly kind: 'backup';
      readonly source: string;
      readonly class: string;
      readonly id: string;
    }
  | { readonly kind: 'source'; readonly source: string };

export interface VerifyInput {
  readonly task: Task;
  /** The same for every delivery of the same event. */
  readonly eventId: string;
  readonly eventTime: Date;
}

/** From EventBridge Scheduler, as lib/verification/verify-checksum.ts writes it. Strict: events of S3 have these names, too. */
const scheduledSchema = z.strictObject({
  source: z.string(),
  id: z.string(),
  time: z.iso.datetime({ offset: true }),
});

const MANIFEST = new RegExp(`^${CATALOG}/([^/]+)/([^/]+)/([^/]+)\\.json$`);

/** S3's "Object Created". */
const createdSchema = z.object({
  id: z.string(),
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    object: z.object({ key: z.string().regex(MANIFEST) }),
  }),
});

/** @throws ZodError on an event of another kind */
export function parseEvent(event: unknown): VerifyInput {
  const scheduled = scheduledSchema.safeParse(event);
  if (scheduled.success) {
    const { source, id, time } = scheduled.data;
    return { task: { kind: 'source', source }, eventId: id, eventTime: new Date(time) };
  }
  const { id: eventId, time, detail } = createdSchema.parse(event);
  const [, className = '', source = '', id = ''] = MANIFEST.exec(detail.object.key) ?? [];
  return {
    task: { kind: 'backup', source, class: className, id },
    eventId,
    eventTime: new Date(time),
  };
}
