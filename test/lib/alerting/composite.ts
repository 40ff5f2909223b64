import type { AlarmState } from './evaluator.ts';

/** Composite alarms of CloudWatch, after the documentation of PutCompositeAlarm. */

type Token = string;

/** Operators, brackets, and functions with the alarm that they ask for. */
const TOKEN = /\s*(?:(AND|OR|NOT|TRUE|FALSE|[()])|(ALARM|OK|INSUFFICIENT_DATA)\("?([^")]+)"?\))/y;

function tokens(rule: string): Token[] {
  const all: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < rule.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const [, word, state, name] = TOKEN.exec(rule) ?? [];
    if (word === undefined && state === undefined) {
      throw new Error(`the rule cannot be read from ${JSON.stringify(rule.slice(at, at + 40))} on`);
    }
    all.push(word ?? `${state}=${name}`);
  }
  return all;
}

/**
 * Whether the composite alarm rings.
 * @param rule as CloudWatch gets it
 * @param stateOf state of the alarm of that name or ARN
 */
export function rings(rule: string, stateOf: (alarm: string) => AlarmState): boolean {
  const left = tokens(rule);
  const any = (): boolean => {
    let value = all();
    while (left[0] === 'OR') {
      left.shift();
      // Read on even if it is decided, so that what follows is checked as well.
      const other = all();
      value = value || other;
    }
    return value;
  };
  const all = (): boolean => {
    let value = one();
    while (left[0] === 'AND') {
      left.shift();
      const other = one();
      value = value && other;
    }
    return value;
  };
  const one = (): boolean => {
    const token = left.shift();
    if (token === 'NOT') return !one();
    if (token === 'TRUE' || token === 'FALSE') return token === 'TRUE';
    if (token === '(') {
      const value = any();
      if (left.shift() !== ')') throw new Error('a bracket is not closed');
      return value;
    }
    const [state, name] = token?.split(/=(.*)/s) ?? [];
    if (name === undefined) throw new Error(`${token ?? 'the end'} stands where an alarm should`);
    return stateOf(name) === state;
  };
  const value = any();
  if (left.length > 0) throw new Error(`nothing may follow, but ${left[0]} does`);
  return value;
}

export interface Suppression {
  /** Seconds that a composite alarm waits for its suppressor before it acts. */
  readonly ActionsSuppressorWaitPeriod: number;
}

/**
 * Seconds after which a composite alarm that goes on ringing tells of it; undefined = not at all.
 * @param suppressorRingsAfter seconds from the moment that it rings; negative = before it
 */
export function tellsAfter(
  { ActionsSuppressorWaitPeriod: wait }: Suppression,
  suppressorRingsAfter: number | undefined,
): number | undefined {
  return suppressorRingsAfter !== undefined && suppressorRingsAfter <= wait ? undefined : wait;
}
