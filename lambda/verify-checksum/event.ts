import { createHash } from 'node:crypto';
import { z } from 'zod';
import { CATALOG, timestamp } from '../../lib/catalog/keys.ts';
import { REPORT_KEY, type RunReference } from '../shared/work.ts';

/** What is to be verified: a backup that has just appeared, everything of a source, or what S3 computed of archived data. */
export type Task =
  | {
      readonly kind: 'backup';
      readonly source: string;
      readonly class: string;
      readonly id: string;
    }
  | { readonly kind: 'source'; readonly source: string }
  | {
      readonly kind: 'report';
      readonly source: string;
      /** Key of the report. */
      readonly key: string;
      /** Who asked for it. */
      readonly asked: RunReference;
    };

export interface VerifyInput {
  readonly task: Task;
  /** The same for every delivery of the same event. */
  readonly eventId: string;
  readonly eventTime: Date;
}

/** From EventBridge Scheduler, as lib/verification/requests.ts writes it. Strict: events of S3 have these names, too. */
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
    object: z.object({ key: z.union([z.string().regex(MANIFEST), z.string().regex(REPORT_KEY)]) }),
  }),
});

/** One message of a queue, as a pipe hands it on. */
const messagesSchema = z.tuple([z.looseObject({ body: z.string() })]);

/**
 * @param event a message of the queue of requests, or the event alone, which people start the state machine with
 * @throws ZodError on an event of another kind, SyntaxError on a message that is not JSON
 */
export function parseEvent(event: unknown): VerifyInput {
  const messages = messagesSchema.safeParse(event);
  return parseOne(messages.success ? JSON.parse(messages.data[0].body) : event);
}

function parseOne(event: unknown): VerifyInput {
  const scheduled = scheduledSchema.safeParse(event);
  if (scheduled.success) {
    const { source, id, time } = scheduled.data;
    return { task: { kind: 'source', source }, eventId: id, eventTime: new Date(time) };
  }
  const { id: eventId, time, detail } = createdSchema.parse(event);
  return { task: created(detail.object.key), eventId, eventTime: new Date(time) };
}

function created(key: string): Task {
  const report = REPORT_KEY.exec(key);
  if (report) {
    const [, source = '', asked = ''] = report;
    return { kind: 'report', source, key, asked: { source, id: asked } };
  }
  const [, className = '', source = '', id = ''] = MANIFEST.exec(key) ?? [];
  return { kind: 'backup', source, class: className, id };
}

/** The run that an event leads to: a second delivery finds what the first one left. */
export function runOf({ task, eventId, eventTime }: VerifyInput): RunReference {
  const digest = createHash('sha256').update(eventId).digest('hex').slice(0, 8);
  return { source: task.source, id: `${timestamp(eventTime)}-verify-${digest}` };
}
