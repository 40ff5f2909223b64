import { z } from 'zod';

/** The states of Amazon States Language that our state machines are made of; anything else is refused. */

const retrySchema = z.strictObject({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.int(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.int().optional(),
  MaxAttempts: z.int(),
  JitterStrategy: z.literal('FULL').optional(),
});

const s3 = { Bucket: z.string() };
const common = { Comment: z.string().optional(), Next: z.string().optional() };

const taskSchema = z.strictObject({
  ...common,
  Type: z.literal('Task'),
  Resource: z.literal('arn:aws:states:::lambda:invoke'),
  Parameters: z.record(z.string(), z.unknown()),
  TimeoutSeconds: z.int(),
  Retry: z.array(retrySchema),
  ResultSelector: z.record(z.string(), z.unknown()).optional(),
  OutputPath: z.string().optional(),
  End: z.literal(true).optional(),
});
const choiceSchema = z.strictObject({
  Type: z.literal('Choice'),
  Choices: z.array(
    z.strictObject({ Variable: z.string(), StringEquals: z.string(), Next: z.string() }),
  ),
  Default: z.string(),
});
const succeedSchema = z.strictObject({ ...common, Type: z.literal('Succeed') });
const mapSchema = z.strictObject({
  ...common,
  Type: z.literal('Map'),
  Label: z.string(),
  MaxConcurrency: z.int(),
  ToleratedFailurePercentage: z.number(),
  ItemReader: z.strictObject({
    Resource: z.literal('arn:aws:states:::s3:getObject'),
    ReaderConfig: z.strictObject({ InputType: z.literal('JSON') }),
    Parameters: z.strictObject({ ...s3, 'Key.$': z.string() }),
  }),
  ItemSelector: z.record(z.string(), z.unknown()),
  ItemProcessor: z.strictObject({
    ProcessorConfig: z.strictObject({
      Mode: z.literal('DISTRIBUTED'),
      ExecutionType: z.literal('STANDARD'),
    }),
    StartAt: z.string(),
    States: z.record(z.string(), z.unknown()),
  }),
  ResultWriter: z.strictObject({
    Resource: z.literal('arn:aws:states:::s3:putObject'),
    Parameters: z.strictObject({ ...s3, 'Prefix.$': z.string() }),
  }),
  ResultPath: z.null(),
});
const stateSchema = z.discriminatedUnion('Type', [
  taskSchema,
  choiceSchema,
  succeedSchema,
  mapSchema,
]);
export const machineSchema = z.strictObject({
  Comment: z.string().optional(),
  StartAt: z.string(),
  States: z.record(z.string(), stateSchema),
});

export type State = z.infer<typeof stateSchema>;
export type Task = Extract<State, { Type: 'Task' }>;
export type MapState = Extract<State, { Type: 'Map' }>;
