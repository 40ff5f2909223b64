import { z } from 'zod';
import { itemsKey, mapPrefix, type RunReference, runReferenceSchema } from '../shared/work.ts';
import { type CollectDeps, collect } from './collect.ts';
import type { Concluded } from './conclude.ts';
import { parseEvent } from './event.ts';
import { type PlanDeps, plan } from './plan.ts';
import { verifyReport } from './report.ts';

export type VerifyDeps = PlanDeps & CollectDeps;

/** What the state machine asks for; lib/verification/machine.ts writes it. */
const stepSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('plan'), event: z.unknown() }),
  z.strictObject({ step: z.literal('collect'), run: runReferenceSchema }),
]);

/** What the state machine goes on with. */
export type Answer =
  | { readonly next: 'nothing' }
  | {
      readonly next: 'read' | 'collect';
      readonly run: RunReference;
      /** Keys in the work bucket: of the items, and before those of what Step Functions writes. */
      readonly items: string;
      readonly map: string;
    };

export interface Step {
  readonly answer: Answer;
  /** The verification that ended with this step, and whether it was of the whole source. */
  readonly ended?: Concluded & { readonly whole: boolean };
}

/** One step of a verification. @throws ZodError on a step or an event of another kind */
export async function run(event: unknown, deps: VerifyDeps): Promise<Step> {
  const asked = stepSchema.parse(event);
  if (asked.step === 'collect') {
    return { answer: { next: 'nothing' }, ended: await collect(asked.run, deps) };
  }
  const input = parseEvent(asked.event);
  const { task } = input;
  if (task.kind === 'report') {
    const concluded = await verifyReport({ ...input, task }, deps);
    return { answer: { next: 'nothing' }, ended: { ...concluded, whole: false } };
  }
  const planned = await plan({ ...input, task }, deps);
  if (!planned) return { answer: { next: 'nothing' } };
  const { run: of, items } = planned;
  const next = items.length > 0 ? 'read' : 'collect';
  return { answer: { next, run: of, items: itemsKey(of), map: mapPrefix(of) } };
}
