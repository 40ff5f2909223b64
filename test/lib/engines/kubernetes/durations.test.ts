import { goDuration, timeToLive } from '../../../../lib/engines/kubernetes/durations.ts';

test.each([
  [30, '30s'],
  [90, '1m30s'],
  [600, '10m0s'],
  [3600, '1h0m0s'],
  [21_661, '6h1m1s'],
  [2_592_000, '720h0m0s'],
])('%d seconds are written as Go prints them: %s', (seconds, text) => {
  expect(goDuration(seconds)).toBe(text);
});

test('a class is kept for its days', () => {
  expect(timeToLive('30d')).toBe('720h0m0s');
  expect(timeToLive('366d')).toBe('8784h0m0s');
});

test('what is kept for ever outlives its readers, and is no zero, which Velero takes for 30 days', () => {
  expect(timeToLive('forever')).toBe('876000h0m0s');
});
