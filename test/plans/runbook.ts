import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { expectSame } from './read-guide.ts';

type Phase = CompiledPlan['recovery']['phases'][number];

/** A phase as a guide prints it: a heading with its number and budget, and steps below it. */
interface Printed {
  readonly number: number;
  readonly name: string;
  /** Null where the guide gives none. */
  readonly minutes: number | null;
  readonly steps: string[];
}

const HEADING = /^#+ (?:Phase )?(\d+)[.:] ([^(]+?)(?: \((\d+) minutes\))?$/;
const STEP = /^(?:- \[ \] |- |# (\d+)\. )(.+)$/;

/**
 * Holds the phases of a plan against a quoted runbook, step by step.
 * @returns what is wrong, as a list of one or none
 */
export function readPhases(quote: string, phases: readonly Phase[]): string[] {
  try {
    const printed = parse(quote);
    expectSame(
      'the number of each phase',
      phases.map((_, index) => index + 1),
      printed.map(({ number }) => number),
    );
    expectSame(
      'what is done in which phase',
      phases.map(({ name, withinSeconds, steps }) => ({ name, withinSeconds, steps })),
      printed.map(({ name, minutes, steps }) => ({
        name,
        withinSeconds: minutes === null ? null : minutes * 60,
        steps,
      })),
    );
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function parse(quote: string): Printed[] {
  const printed: Printed[] = [];
  for (const line of quote.trim().split('\n')) {
    const [, number, name = '', minutes] = HEADING.exec(line) ?? [];
    if (number !== undefined) {
      printed.push({
        number: Number(number),
        name,
        minutes: minutes === undefined ? null : Number(minutes),
        steps: [],
      });
      continue;
    }
    const [, place, step] = STEP.exec(line) ?? [];
    const steps = printed.at(-1)?.steps;
    if (step === undefined || !steps) throw new Error(`nobody knows what ${line} means`);
    steps.push(step);
    if (place !== undefined) expectSame('the place of a step', steps.length, Number(place));
  }
  return printed;
}
