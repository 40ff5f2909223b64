import { formatDollars } from '../../../../lib/plan/costs/dollars.ts';

test.each([
  [0, '$0'],
  [0.00001, '<$0.0001'],
  [0.0004, '$0.0004'],
  [0.123, '$0.12'],
  [24.5, '$24.50'],
  [1204.4, '$1,204'],
])('%d is written as %s', (usd, text) => {
  expect(formatDollars(usd)).toBe(text);
});
