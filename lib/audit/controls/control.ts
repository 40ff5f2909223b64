import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Audit } from '../model.ts';
import type { Question } from './answer.ts';
import type { Evidence } from './evidence.ts';

type JudgedControl = Audit['controls'][number];

export type Framework = 'nist-800-53' | 'hipaa' | 'cis-v8' | 'soc2' | 'iso-27001';

/** A control of a framework as far as backups go, and what it is judged by. */
export interface Control {
  readonly id: string;
  readonly framework: Framework;
  readonly title: string;
  /** What the resources do towards it and what is left to the organisation; some of it may depend on the plan. */
  readonly statement: string | ((compiled: CompiledPlan) => string);
  /** Where one of these has nothing to show, the control is not satisfied. */
  readonly core: readonly Question[];
  /** What the control asks for beside that: without it, it is partly satisfied. */
  readonly beside?: readonly Question[];
  /** What the control asks for and no file can show: with any, it is partly satisfied at best. */
  readonly byPeople?: readonly string[];
}

/** Judges a control by the files alone. */
export function judge(control: Control, evidence: Evidence): JudgedControl {
  const core = control.core.map((ask) => ask(evidence));
  const answers = [...core, ...(control.beside ?? []).map((ask) => ask(evidence))];
  const missing = answers.flatMap((answered) => answered.missing);
  const partly = [...missing, ...(control.byPeople ?? [])];
  const { id, framework, title, statement } = control;
  return {
    id,
    framework,
    title,
    statement: typeof statement === 'string' ? statement : statement(evidence.compiled),
    status: core.some(({ kept }) => kept === 'none')
      ? 'not-satisfied'
      : partly.length > 0
        ? 'partly'
        : 'satisfied',
    resources: unique(answers.flatMap(({ places }) => places)),
    missing: [...new Set(partly)],
  };
}

/** Several questions can be answered by the same resource. */
function unique(places: JudgedControl['resources']): JudgedControl['resources'] {
  const byText = new Map(places.map((place) => [JSON.stringify(place), place]));
  return [...byText.values()];
}
