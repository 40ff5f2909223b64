import { QuietPrimary } from '../../../../../lib/engines/postgresql/wal/quiet-primary.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 2, 0, second));
const said = (second: number, end: bigint, receivedTo = end) => ({
  end,
  receivedTo,
  sentAt: at(second),
});

test('two messages with the same end prove the moment of the first, less what may not be sent yet', () => {
  const quiet = new QuietPrimary();
  expect(quiet.observe(said(10, 5n))).toBeUndefined();
  expect(quiet.observe(said(20, 5n))).toEqual({ at: at(5), lsn: 5n });
  expect(quiet.observe(said(30, 5n))).toEqual({ at: at(15), lsn: 5n });
});

test('the same message again proves nothing, and does not hide the one before', () => {
  const quiet = new QuietPrimary();
  quiet.observe(said(10, 5n));
  expect(quiet.observe(said(10, 5n))).toBeUndefined();
  expect(quiet.observe(said(20, 5n))).toEqual({ at: at(5), lsn: 5n });
});

test('neither does an end that moves, or that the standby has not reached', () => {
  const quiet = new QuietPrimary();
  quiet.observe(said(10, 5n));
  expect(quiet.observe(said(20, 6n))).toBeUndefined();
  expect(quiet.observe(said(30, 6n, 5n))).toBeUndefined();
});

test('a primary whose clock was set back proves nothing until it goes on', () => {
  const quiet = new QuietPrimary();
  quiet.observe(said(40, 5n));
  expect(quiet.observe(said(10, 5n))).toBeUndefined();
  expect(quiet.observe(said(20, 5n))).toEqual({ at: at(5), lsn: 5n });
});
