import { type AlarmState, evaluate, replay, type Samples } from './evaluator.ts';

const alarm = (changes: object = {}) => ({
  AlarmName: 'test',
  Statistic: 'Maximum',
  Period: 300,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  EvaluationPeriods: 3,
  ...changes,
});

/** As the documentation draws them, the newest on the right: 0 within the threshold, X beyond it, - missing. */
const points = (text: string): Samples[] =>
  text.split(' ').map((point) => (point === '-' ? [] : [point === 'X' ? 1 : 0]));

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** Of CloudWatch's documentation. `kept` is the state before. */
const THREE_OF_THREE = [
  ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
  ['- - - - -', 'INSUFFICIENT_DATA', 'kept', 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['- - X - -', 'ALARM', 'kept', 'ALARM', 'OK'],
];
const TWO_OF_THREE = [
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
  ['- - - X -', 'ALARM', 'kept', 'ALARM', 'OK'],
];

describe.each([
  [3, THREE_OF_THREE],
  [2, TWO_OF_THREE],
])('%i of 3 data points', (m, table) => {
  test.each(table)('%s', (drawn, ...expected) => {
    for (const kept of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] satisfies AlarmState[]) {
      const states = TREATMENTS.map((treatment) =>
        evaluate(
          alarm({ DatapointsToAlarm: m, TreatMissingData: treatment }),
          points(drawn ?? ''),
          kept,
        ),
      );
      expect(states).toEqual(expected.map((state) => (state === 'kept' ? kept : state)));
    }
  });
});

test.each(['- - - - X', '- - - X -'])('%s is too early for 3 of 3', (drawn) => {
  expect(evaluate(alarm({ TreatMissingData: 'missing' }), points(drawn))).toBe('INSUFFICIENT_DATA');
  expect(evaluate(alarm({ TreatMissingData: 'ignore' }), points(drawn), 'OK')).toBe('OK');
});

test.each([
  ['GreaterThanThreshold', [false, false, true]],
  ['GreaterThanOrEqualToThreshold', [false, true, true]],
  ['LessThanThreshold', [true, false, false]],
  ['LessThanOrEqualToThreshold', [true, true, false]],
])('%s', (operator, expected) => {
  const one = alarm({ ComparisonOperator: operator, EvaluationPeriods: 1 });
  expect([0, 1, 2].map((value) => evaluate(one, [[value]]) === 'ALARM')).toEqual(expected);
});

test.each([
  ['Sum', 6],
  ['Maximum', 3],
  ['Minimum', 1],
  ['Average', 2],
  ['SampleCount', 3],
])('%s of what one period has', (statistic, value) => {
  const at = (threshold: number) =>
    evaluate(alarm({ Statistic: statistic, Threshold: threshold, EvaluationPeriods: 1 }), [
      [1, 2, 3],
    ]);
  expect([at(value), at(value + 0.1)]).toEqual(['ALARM', 'OK']);
});

test('a series is replayed from the moment that the alarm is made', () => {
  expect(replay(alarm({ TreatMissingData: 'ignore' }), points('X X X 0 - - - - -'))).toEqual([
    'INSUFFICIENT_DATA',
    'INSUFFICIENT_DATA',
    'ALARM',
    ...Array(6).fill('OK'),
  ]);
});

test('what is not known is refused', () => {
  expect(() => evaluate(alarm({ Statistic: 'p99' }), [[1]])).toThrow('knows no p99');
  expect(() => evaluate(alarm({ ComparisonOperator: 'Above' }), [[1]])).toThrow('knows no Above');
  expect(() => evaluate(alarm({ TreatMissingData: 'never' }), [[1]])).toThrow('no treatment never');
});
