import { z } from 'zod';
import { storageClassSchema } from './kubernetes-names.ts';
import { memorySchema } from './memory.ts';
import { sizeSchema } from './size.ts';

const expectationSchema = z.strictObject({
  /** SQL in the plan's database, or a command of Redis; it only reads. */
  query: z.string().min(1, { error: () => 'a query is empty; write one, or leave it out' }),
  /** The first column of the first row, or the reply, as text. */
  answer: z.string().default('true'),
});

/** How the drills of a source are run that its `verify` asks for. */
export const drillSchema = z.strictObject({
  /** Room for the restored data. Default: from the source's `size`. */
  scratch: sizeSchema.optional(),
  /** What the volume is made of. Default: the cluster's default class. */
  storageClass: storageClassSchema.optional(),
  /** Of the pod, with the server that is started in it. */
  memory: memorySchema.optional(),
  /** What the restored data has to answer. */
  expect: z.array(expectationSchema).default([]),
});
