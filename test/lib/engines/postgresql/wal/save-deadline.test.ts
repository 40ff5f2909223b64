import { SaveDeadline } from '../../../../../lib/engines/postgresql/wal/save-deadline.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('of several limits the first one ends everything, once', () => {
  const giveUp = jest.fn();
  const deadline = new SaveDeadline(giveUp);
  deadline.within(30_000);
  jest.advanceTimersByTime(1_000);
  deadline.within(4_000);
  jest.advanceTimersByTime(2_000);
  // A later step does not get the time again.
  deadline.within(4_000);
  jest.advanceTimersByTime(1_999);
  expect(deadline.signal.aborted).toBe(false);
  jest.advanceTimersByTime(1);
  expect(deadline.signal.aborted).toBe(true);
  jest.advanceTimersByTime(60_000);
  expect(giveUp.mock.calls).toEqual([[deadline.signal.reason]]);
});

test('a limit that is cleared ends nothing and keeps no process alive', () => {
  const giveUp = jest.fn();
  const deadline = new SaveDeadline(giveUp);
  deadline.within(4_000);
  deadline.clear();
  expect(jest.getTimerCount()).toBe(0);
  expect(deadline.signal.aborted).toBe(false);
});
