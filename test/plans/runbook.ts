import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { expectSame } from './read-guide.ts';

type Recovery = CompiledPlan['recovery'];

/** What a guide prints below a heading. */
interface Section {
  /** `Phase` or `Scenario`, where the heading begins so. */
  readonly word: string;
  readonly number: number;
  readonly name: string;
  /** Null where the guide gives none. */
  readonly minutes: number | null;
  readonly steps: string[];
}

const HEADING = /^##+ (?:(Phase|Scenario) )?(\d+)[.:] ([^(]+?)(?: \((\d+) minutes\))?$/;
const STEP = /^(?:- \[ \] |- |(?:# )?(\d+)\. )(.+)$/;

/**
 * Holds the phases of a plan against a quoted runbook, step by step.
 * @returns what is wrong, as a list of one or none
 */
export const readPhases = (quote: string, phases: Recovery['phases']): string[] =>
  compared(
    quote,
    phases.map(({ name, withinSeconds, steps }) => ({ name, withinSeconds, steps })),
    ({ name, minutes, steps }) => ({
      name,
      withinSeconds: minutes === null ? null : minutes * 60,
      steps,
    }),
  );

/** The same for scenarios and what is done in each. */
export const readProcedures = (quote: string, severities: Recovery['severities']): string[] =>
  compared(
    quote,
    severities.map(({ level, scenario, procedure }) => ({ level, scenario, procedure })),
    ({ word, number, name, steps }) => ({
      level: `${word} ${number}`,
      scenario: name,
      procedure: steps.map((step) => step.replaceAll('**', '')),
    }),
  );

/** What the lines of a list mean that are numbered `# 1. …`: each step of the plan at its place. */
export const stepsOf = (steps: readonly string[] = []) =>
  Object.fromEntries(
    steps.map((step, index) => [
      `# #. ${step}`,
      (number: number) => expectSame('the place of a step', index + 1, number),
    ]),
  );

function compared(
  quote: string,
  planned: readonly unknown[],
  told: (section: Section) => unknown,
): string[] {
  try {
    const sections = parse(quote);
    expectSame(
      'the order',
      planned.map((_, index) => index + 1),
      sections.map(({ number }) => number),
    );
    expectSame('what is done', planned, sections.map(told));
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

function parse(quote: string): Section[] {
  const sections: Section[] = [];
  for (const line of quote.trim().split('\n')) {
    const [, word = '', number, name = '', minutes] = HEADING.exec(line) ?? [];
    if (number !== undefined) {
      sections.push({
        word,
        number: Number(number),
        name,
        minutes: minutes === undefined ? null : Number(minutes),
        steps: [],
      });
      continue;
    }
    const [, place, step] = STEP.exec(line) ?? [];
    const steps = sections.at(-1)?.steps;
    if (step === undefined || !steps) throw new Error(`nobody knows what ${line} means`);
    steps.push(step);
    if (place !== undefined) expectSame('the place of a step', steps.length, Number(place));
  }
  return sections;
}
