import { rings, tellsAfter } from './composite.ts';
import type { AlarmState } from './evaluator.ts';

const STATES: Record<string, AlarmState> = {
  bad: 'ALARM',
  good: 'OK',
  'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a/b [critical]': 'ALARM',
};
const stateOf = (name: string): AlarmState => STATES[name] ?? 'INSUFFICIENT_DATA';

test.each([
  ['ALARM(bad)', true],
  ['ALARM("bad")', true],
  ['ALARM(good)', false],
  ['ALARM(new)', false],
  ['OK(good)', true],
  ['INSUFFICIENT_DATA(new)', true],
  ['NOT ALARM(bad)', false],
  ['ALARM(good) OR ALARM(bad)', true],
  ['ALARM(bad) AND ALARM(good)', false],
  ['ALARM(bad) OR ALARM(good) AND ALARM(good)', true],
  ['(ALARM(bad) OR ALARM(good)) AND ALARM(good)', false],
  ['NOT (ALARM(good) OR FALSE) AND TRUE', true],
  ['ALARM("arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a/b [critical]")', true],
])('%s', (rule, expected) => {
  expect(rings(rule, stateOf)).toBe(expected);
});

test.each([
  ['ALARM(bad) OR', 'the end stands where an alarm should'],
  ['(ALARM(bad)', 'a bracket is not closed'],
  ['ALARM(bad) ALARM(good)', 'nothing may follow'],
  ['RINGS(bad)', 'cannot be read from "RINGS'],
])('%s is no rule', (rule, message) => {
  expect(() => rings(rule, stateOf)).toThrow(message);
});

test('an alarm waits for its suppressor, and is silent if that rings', () => {
  const wait = { ActionsSuppressorWaitPeriod: 60 };
  expect(tellsAfter(wait, undefined)).toBe(60);
  expect(tellsAfter(wait, -300)).toBeUndefined();
  expect(tellsAfter(wait, 60)).toBeUndefined();
  expect(tellsAfter(wait, 61)).toBe(60);
});
